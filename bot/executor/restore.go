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
	// restoreInterval is the time between two of these requests.
	restoreInterval = 10 * time.Minute
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
		if st.RestoreRequests == 0 || e.interrupted(st) {
			failures = append(failures, e.sendRestore(ctx, st))
		} else {
			toRead = append(toRead, st)
		}
	}
	failures = append(failures, e.confirmRestores(ctx, toRead))
	return min(wait, 500*time.Millisecond), errors.Join(failures...)
}

// interrupted reports whether the program ended before the last request of a
// restore had an answer. It may not have been sent, so it is sent again at once.
func (e *Executor) interrupted(st storage.Step) bool {
	return st.RestoreAnswer == "" && st.RestoreRequests < maxRestores && !e.state.restoresSent[restoreKey(st)]
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

// confirmRestores reads the people of sent restores and settles the restores.
func (e *Executor) confirmRestores(ctx context.Context, sent []storage.Step) error {
	if len(sent) == 0 {
		return nil
	}
	read, err := e.readMany(ctx, sent)
	if err != nil {
		return err
	}
	var failures []error
	for _, st := range sent {
		failures = append(failures, e.confirmRestore(ctx, st, read[st.AccountID]))
	}
	return errors.Join(failures...)
}

// confirmRestore settles one sent restore with the user that was read; the zero
// user was not found. If nothing confirms it, it is sent again.
func (e *Executor) confirmRestore(ctx context.Context, st storage.Step, u atlassian.User) error {
	now, active := time.Now().UTC(), policy.CanLogIn(u)
	if !active {
		delete(e.state.readActiveSince, restoreKey(st))
	}
	switch {
	case st.RestoreAnswer == storage.RestoreConflict && (!active || st.RestoreRequests == 1):
		return e.restoreFailed(st, conflictProblem(u))
	case active && (!needsSettling(st) || e.readActiveFor(restoreKey(st)) >= e.options.Settle):
		e.restoreEnded(st)
		return e.store.MarkRestored(st, now)
	case active:
		return nil
	case u.Status != "" && !isSuspended(u):
		return e.restoreFailed(st, "changed")
	case now.Sub(st.RestoreSentAt) < restoreInterval:
		return nil // reads lag behind.
	case st.RestoreRequests >= maxRestores:
		return e.restoreFailed(st, "not_confirmed")
	}
	return e.sendRestore(ctx, st)
}

// needsSettling reports whether a single read of an active person is not enough:
// the restore has no answer, or the suspension may still take effect.
func needsSettling(st storage.Step) bool {
	return st.RestoreAnswer != storage.RestoreAccepted || st.Unconfirmed
}

// conflictProblem returns the code of what a conflict means, by the user that was
// read afterwards.
func conflictProblem(u atlassian.User) string {
	switch {
	case policy.CanLogIn(u):
		return "not_suspended"
	case isSuspended(u):
		return "conflict"
	case u.Status == "":
		return "not_found"
	}
	return "changed"
}

func (e *Executor) restoreFailed(st storage.Step, problem string) error {
	e.restoreEnded(st)
	return e.store.MarkRestoreFailed(st, problem, time.Now().UTC())
}

// restoreEnded forgets the times of a restore.
func (e *Executor) restoreEnded(st storage.Step) {
	delete(e.state.readActiveSince, restoreKey(st))
	delete(e.state.restoresSent, restoreKey(st))
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
	e.state.restoresSent[restoreKey(st)] = true
	request, cancel := reconcile.WithGracePeriod(ctx)
	defer cancel()
	err = e.client.Restore(atlassian.Urgent(request), directory, st.AccountID)
	if failed := e.recordRequest(ctx, st, "restore", err); failed != nil {
		return errors.Join(err, failed)
	}
	switch {
	case err == nil:
		return e.store.SetRestoreAnswer(st, storage.RestoreAccepted)
	case atlassian.KindOf(err) == atlassian.KindRateLimited:
		return errors.Join(err, e.store.UnmarkRestoreSent(before))
	case atlassian.KindOf(err) == atlassian.KindConflict && !isLicenceLimit(err):
		return e.store.SetRestoreAnswer(st, storage.RestoreConflict)
	case isDefinite(err):
		zerolog.Ctx(ctx).Warn().Err(err).Msg("restore refused")
		return e.restoreFailed(st, restoreRefusal(err))
	}
	return err
}

// restoreRefusal returns the code of the reason why a restore was refused.
func restoreRefusal(err error) string {
	if isLicenceLimit(err) {
		return "no_licence"
	}
	return problem.Code(err)
}

func isLicenceLimit(err error) bool {
	e, ok := errors.AsType[*atlassian.Error](err)
	return ok && e.Code == "ADMIN-409-3"
}
