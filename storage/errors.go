package storage

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"time"

	"inactivebot/storage/boltfile"
)

// ErrNotFound is a report, batch or person that is not stored.
var ErrNotFound = errors.New("not found")

// ErrCorrupt is a value, or a part of the file, that is not what was written.
type ErrCorrupt = boltfile.ErrCorrupt

// ErrNotWritten is a decision that did not reach the disk. Nothing was changed.
type ErrNotWritten = boltfile.ErrNotWritten

// ErrReadOnly is a database that cannot be written.
type ErrReadOnly struct {
	Path  string
	UID   int // as whom the program runs.
	Cause error
}

func (e ErrReadOnly) Error() string {
	if errors.Is(e.Cause, syscall.EROFS) {
		return fmt.Sprintf("the database %s is on a file system that is mounted read-only; mount it writable, or name another file with INACTIVEBOT_DATABASE", e.Path)
	}
	return fmt.Sprintf("the database %s cannot be written by user id %d; give the file and its directory to that user (chown %d %s %s), or name another file with INACTIVEBOT_DATABASE",
		e.Path, e.UID, e.UID, filepath.Dir(e.Path), e.Path)
}

// Unwrap is the file system's error.
func (e ErrReadOnly) Unwrap() error { return e.Cause }

// ErrLocked is a database that another process has open.
type ErrLocked struct {
	Path   string
	Holder string // who holds it, as far as it can be told.
}

func (e ErrLocked) Error() string {
	return fmt.Sprintf("the database %s is in use by %s; stop it first, or name another file with INACTIVEBOT_DATABASE", e.Path, e.Holder)
}

// ErrNewer is a database written by a later version of this program.
type ErrNewer struct {
	Path       string
	Have, Know int
}

func (e ErrNewer) Error() string {
	return fmt.Sprintf("the database %s has schema %d, this program knows up to %d; run the newer program, or go back to a backup", e.Path, e.Have, e.Know)
}

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
