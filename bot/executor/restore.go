package executor

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/bot/problem"
	"inactivebot/bot/reconcile"
	"inactivebot/storage"
)

const (
	// maxRestores is how often a restore is sent if no read confirms it.
	maxRestores = 3
	// restoreInterval is the least time between two of these requests.
	restoreInterval = storage.ConfirmAfter
)

// restorePass sends restores, and confirms those that were sent by reading. It
// returns the wait until the next check.
//
// The first request of a restore is sent without reading the person, because a
// read can show an older state.
func (e *Executor) restorePass(ctx context.Context) (time.Duration, error) {
	unsent, sent, err := e.store.PendingRestores(readBackLimit)
	if err != nil {
		return reconcile.Idle, err
	}
	all, wait := e.due(slices.Concat(unsent, sent))
	if len(all) == 0 {
		return wait, nil
	}
	defer e.wakeMessages()
	var failures []error
	var toRead []storage.Step
	for _, st := range all {
		if st.RestoreRequests == 0 || interrupted(st) {
			failures = append(failures, e.sendRestore(ctx, st))
		} else {
			toRead = append(toRead, st)
		}
	}
	failures = append(failures, e.confirmRestores(ctx, toRead))
	return min(wait, 500*time.Millisecond), errors.Join(failures...)
}

// due returns the restores whose time has come, and the wait until that of the
// next. Each is looked at again later.
func (e *Executor) due(all []storage.Step) (due []storage.Step, wait time.Duration) {
	wait = reconcile.Idle
	for _, st := range all {
		ok, left := e.state.retry.Due(restoreKey(st))
		if !ok {
			wait = min(wait, left)
			continue
		}
		e.state.retry.Later(restoreKey(st))
		due = append(due, st)
	}
	return due, wait
}

func restoreKey(st storage.Step) string { return "restore " + st.AccountID }

// interrupted reports whether the program ended during the last request of a
// restore. It may not have been sent, so it is sent again at once, even if it was
// the last one that is allowed.
func interrupted(st storage.Step) bool { return st.RestoreRequests > 0 && st.RestoreAnswer == "" }

// confirmRestores reads the people of sent restores and settles the restores.
func (e *Executor) confirmRestores(ctx context.Context, sent []storage.Step) error {
	if len(sent) == 0 {
		return nil
	}
	seen, err := e.readMany(ctx, sent)
	failures := []error{err}
	for _, st := range sent {
		failures = append(failures, e.confirmRestore(ctx, st, seen[st.AccountID]))
	}
	return errors.Join(failures...)
}

// confirmRestore settles one sent restore with what was read. If nothing confirms
// it in time, it is sent again, also if the person cannot be read.
func (e *Executor) confirmRestore(ctx context.Context, st storage.Step, seen sighting) error {
	active, now := policy.CanLogIn(seen.User), time.Now().UTC()
	if seen.read && !active {
		delete(e.state.readActiveSince, restoreKey(st))
	}
	switch {
	case active && e.provesRestore(st):
		e.restoreEnded(st)
		return e.store.MarkRestored(st, now)
	case st.RestoreAnswer == storage.RestoreConflict && seen.read && isFinal(st, active):
		return e.restoreFailed(st, conflictProblem(seen.User))
	case seen.Status != "" && !active && !isSuspended(seen.User):
		return e.restoreFailed(st, problemChanged)
	case now.Sub(st.RestoreSentAt) < restoreInterval:
		return nil // reads lag behind.
	case st.RestoreRequests >= maxRestores:
		return e.restoreFailed(st, problemNotConfirmed)
	}
	return e.sendRestore(ctx, st)
}

// provesRestore reports whether a read of an active person proves the last request
// of a restore. If the API accepted it, one read does, or several if the suspension
// has no answer and may take effect only now. Without an answer to the restore, the
// reads must not show the time before the suspension.
func (e *Executor) provesRestore(st storage.Step) bool {
	switch st.RestoreAnswer {
	case storage.RestoreAccepted:
		if !mayLand(st) {
			return true
		}
	case storage.RestoreConflict:
		if st.RestoreRequests == 1 || !st.IsLate(time.Now().UTC()) {
			return false
		}
	default:
		if !st.IsLate(time.Now().UTC()) {
			return false
		}
	}
	return e.readActiveFor(restoreKey(st)) >= e.options.Settle
}

// mayLand reports whether the suspension has no answer, so that it may take effect
// after the restore.
func mayLand(st storage.Step) bool { return st.Unconfirmed && !st.Accepted }

// isFinal reports whether a conflict and the read after it settle a restore. A
// conflict with a second request can be due to the first, and one before the
// suspension took effect can be due to that.
func isFinal(st storage.Step, active bool) bool {
	if active {
		return st.RestoreRequests == 1 && st.IsLate(time.Now().UTC())
	}
	return st.RestoreRequests == 1 && !mayLand(st)
}

// The problems of restores that are not the code of an error.
const (
	problemChanged      = "changed"
	problemConflict     = "conflict"
	problemNotConfirmed = "not_confirmed"
	problemNotFound     = "not_found"
	problemNotSuspended = "not_suspended"
	problemNoLicence    = "no_licence"
)

// conflictProblem returns the code of what a conflict means, by the user that was
// read afterwards.
func conflictProblem(u atlassian.User) string {
	switch {
	case policy.CanLogIn(u):
		return problemNotSuspended
	case isSuspended(u):
		return problemConflict
	case u.Status == "":
		return problemNotFound
	}
	return problemChanged
}

func (e *Executor) restoreFailed(st storage.Step, problem string) error {
	e.restoreEnded(st)
	return e.store.MarkRestoreFailed(st, problem, time.Now().UTC())
}

// restoreEnded forgets the times of a restore.
func (e *Executor) restoreEnded(st storage.Step) {
	delete(e.state.readActiveSince, restoreKey(st))
	e.state.retry.Done(restoreKey(st))
}

// sendRestore sends a restore. Any outcome but a definite refusal is settled by
// reading.
func (e *Executor) sendRestore(ctx context.Context, before storage.Step) error {
	ctx = withStep(ctx, before)
	directory, err := e.directoryOf(before)
	if err != nil {
		return err
	}
	st, err := e.store.MarkRestoreSent(before, time.Now().UTC())
	if err != nil {
		return err
	}
	delete(e.state.readActiveSince, restoreKey(st))
	request, cancel := reconcile.WithGracePeriod(ctx)
	defer cancel()
	err = e.client.Restore(atlassian.Urgent(request), directory, st.AccountID)
	if failed := e.recordRequest(ctx, st, "restore", err); failed != nil {
		return errors.Join(err, failed)
	}
	return e.restoreAnswered(ctx, before, st, err)
}

// restoreAnswered records the outcome of the request for st, which was before until
// the request was sent.
func (e *Executor) restoreAnswered(ctx context.Context, before, st storage.Step, err error) error {
	now := time.Now().UTC()
	switch {
	case err == nil:
		return e.store.SetRestoreAnswer(st, storage.RestoreAccepted, now)
	case atlassian.KindOf(err) == atlassian.KindRateLimited:
		return errors.Join(err, e.store.UnmarkRestoreSent(before))
	case atlassian.KindOf(err) == atlassian.KindConflict && !isLicenceLimit(err):
		return e.store.SetRestoreAnswer(st, storage.RestoreConflict, now)
	case isDefinite(err):
		zerolog.Ctx(ctx).Warn().Err(err).Msg("restore refused")
		return e.restoreFailed(st, restoreRefusal(err))
	}
	if ctx.Err() != nil {
		return err // cut off by the shutdown; sent again after the next start.
	}
	return errors.Join(err, e.store.SetRestoreAnswer(st, storage.RestoreUnanswered, now))
}

// restoreRefusal returns the code of the reason why a restore was refused.
func restoreRefusal(err error) string {
	if isLicenceLimit(err) {
		return problemNoLicence
	}
	return problem.Code(err)
}

func isLicenceLimit(err error) bool {
	e, ok := errors.AsType[*atlassian.Error](err)
	return ok && e.Code == "ADMIN-409-3"
}
