package storage

import (
	"errors"
	"fmt"
	"time"
)

// Cause is the reason why a decision was refused.
type Cause string

// The causes of a [Refusal].
const (
	CauseState            Cause = "state"      // the state of the report or batch does not allow it.
	CauseExpired          Cause = "expired"    // the report is too old.
	CauseChanged          Cause = "changed"    // the people or the rules have changed since the decision.
	CauseBusy             Cause = "busy"       // another batch is not finished.
	CausePaused           Cause = "paused"     // suspensions are paused.
	CauseCap              Cause = "cap"        // more people than this approver may suspend now.
	CauseNoOneLeft        Cause = "nobody"     // no one is left to decide on.
	CauseExcluded         Cause = "excluded"   // an exclusion is in effect.
	CauseNotExcluded      Cause = "ended"      // the exclusion is no longer in effect.
	CauseNotSuspendedByUs Cause = "not_ours"   // no suspension of ours is in effect.
	CauseNotInReport      Cause = "stranger"   // the person is not in this report.
	CauseSameApprover     Cause = "same"       // the second approver must be another person.
	CauseFirstNotApprover Cause = "first_gone" // the first approver is no longer an approver.
	CauseTooLate          Cause = "late"       // the first approval waited too long.
	CauseAlready          Cause = "already"    // the decision was made before.
	CauseNotKept          Cause = "forgotten"  // the rows of the scan are no longer stored.
	CauseOlder            Cause = "older"      // it was pressed before the last decision about the same thing.
)

// Refusal is a decision that was refused, with the reason. Nothing was changed.
type Refusal struct {
	Cause Cause
	State string    // the current state.
	By    string    // who decided before, if anyone.
	At    time.Time // when that was decided, or when the report expired.
	Batch uint64    // the batch that prevents the decision; 0: none.
	Left  int       // the number of people that the cap still allows.
}

func (r Refusal) Error() string {
	return fmt.Sprintf("refused: %s (state %q, batch %d)", r.Cause, r.State, r.Batch)
}

// AsRefusal returns the [Refusal] in the chain of err.
func AsRefusal(err error) (Refusal, bool) { return errors.AsType[Refusal](err) }
