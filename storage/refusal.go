package storage

import (
	"errors"
	"fmt"
	"time"
)

// Cause is why a decision was not taken.
type Cause string

// The causes of a [Refusal].
const (
	CauseState     Cause = "state"      // the report or batch is not in a state for this.
	CauseExpired   Cause = "expired"    // the report is too old.
	CauseChanged   Cause = "changed"    // the decision was made on another set of people.
	CauseBusy      Cause = "busy"       // another batch is not finished.
	CausePaused    Cause = "paused"     // suspensions are paused.
	CauseCap       Cause = "cap"        // more people than this approver may suspend now.
	CauseNobody    Cause = "nobody"     // nobody is left to decide on.
	CauseExcluded  Cause = "excluded"   // an exclusion is in effect.
	CauseEnded     Cause = "ended"      // no exclusion is in effect any more.
	CauseNotOurs   Cause = "not_ours"   // no suspension of ours is in effect.
	CauseStranger  Cause = "stranger"   // the person is not in this report.
	CauseSame      Cause = "same"       // the second approver must be another person.
	CauseFirstGone Cause = "first_gone" // the first approver is none any more.
	CauseLate      Cause = "late"       // the first approval waited too long.
	CauseAlready   Cause = "already"    // the decision was taken before.
	CauseForgotten Cause = "forgotten"  // what a scan found about everybody is no longer kept.
)

// Refusal is a decision that was not taken, with what stands in its way.
// Nothing was changed.
type Refusal struct {
	Cause Cause
	State string    // the state that was met.
	By    string    // who decided before, where somebody did.
	At    time.Time // when.
	Batch uint64    // the batch in the way, 0 if none.
	Left  int       // how many people the cap still allows.
}

func (r Refusal) Error() string {
	return fmt.Sprintf("refused: %s (state %q, batch %d)", r.Cause, r.State, r.Batch)
}

// AsRefusal is the [Refusal] in err's chain.
func AsRefusal(err error) (Refusal, bool) { return errors.AsType[Refusal](err) }
