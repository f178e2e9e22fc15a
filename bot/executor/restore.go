package executor

import (
	"context"
	"errors"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/bot/problem"
	"inactivebot/bot/reconcile"
	"inactivebot/storage"
)

// restorePass sends and confirms restores. It returns the wait until the next
// check.
func (e *Executor) restorePass(ctx context.Context) (time.Duration, error) {
	all, err := e.store.PendingRestores(readBackLimit)
	if err != nil || len(all) == 0 {
		return reconcile.Idle, err
	}
	var due []storage.Step
	wait := reconcile.Idle
	for _, st := range all {
		ok, left := e.state.retry.Due(st.AccountID)
		if ok {
			due = append(due, st)
		} else {
			wait = min(wait, left)
		}
	}
	if len(due) == 0 {
		return wait, nil
	}
	users, err := e.readMany(ctx, due)
	if err != nil && !refusesKey(err) {
		for _, st := range due {
			e.state.retry.Later(st.AccountID)
		}
		return min(wait, time.Second), err
	}
	defer e.wakeMessages()
	var failures []error
	for _, st := range due {
		e.state.retry.Later(st.AccountID)
		failures = append(failures, e.restore(ctx, st, users))
	}
	return 500 * time.Millisecond, errors.Join(append(failures, err)...)
}

// restore advances one restore. A person who can log in is restored; for a
// suspended person a request is sent; with any other status, the account was
// changed elsewhere and the restore fails.
func (e *Executor) restore(ctx context.Context, st storage.Step, users map[string]atlassian.User) error {
	u, found := users[st.AccountID]
	since, asked := e.state.readActiveSince[restoreKey(st)]
	switch {
	case found && policy.CanLogIn(u) && (!st.Unconfirmed || asked && time.Now().UTC().Sub(since) >= e.options.Settle):
		delete(e.state.readActiveSince, restoreKey(st))
		e.state.retry.Done(st.AccountID)
		return e.store.MarkRestored(st, time.Now().UTC())
	case found && asked && (policy.CanLogIn(u) || time.Now().UTC().Sub(since) < e.options.Settle):
		return nil // already sent; reads lag behind.
	case found && !policy.CanLogIn(u) && u.Status != "suspended":
		return e.store.MarkRestoreFailed(st, "changed", time.Now().UTC())
	}
	return e.sendRestore(ctx, st)
}

func restoreKey(st storage.Step) string { return "restore " + st.AccountID }

func (e *Executor) sendRestore(ctx context.Context, st storage.Step) error {
	ctx = withStep(ctx, st)
	directory, err := e.directoryOf(st)
	if err != nil {
		return err
	}
	request, cancel := reconcile.WithGracePeriod(ctx)
	defer cancel()
	err = e.client.Restore(atlassian.Urgent(request), directory, st.AccountID)
	if failed := e.recordRequest(ctx, st, "restore", err); failed != nil {
		return errors.Join(err, failed)
	}
	if err == nil {
		e.state.readActiveSince[restoreKey(st)] = time.Now().UTC()
		return nil
	}
	if isDefinite(err) && atlassian.KindOf(err) != atlassian.KindRateLimited {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("restore refused")
		return e.store.MarkRestoreFailed(st, restoreRefusal(err), time.Now().UTC())
	}
	return err
}

// restoreRefusal returns the code of the reason why a restore was refused.
func restoreRefusal(err error) string {
	if e, ok := errors.AsType[*atlassian.Error](err); ok && e.Code == "ADMIN-409-3" {
		return "no_licence"
	}
	return problem.Code(err)
}
