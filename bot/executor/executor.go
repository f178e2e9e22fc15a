package executor

import (
	"context"
	"errors"
	"time"

	"inactivebot/atlassian"
	"inactivebot/bot/reconcile"
	"inactivebot/bot/scan"
	"inactivebot/storage"
)

// Options are the settings of an [Executor].
type Options struct {
	ReportOnly  bool          // no one is suspended.
	Settle      time.Duration // how long a suspension may take to show.
	DirectoryID string        // empty: the only one.
}

// Executor carries out what is decided: it suspends, confirms by reading, and
// restores. It is the only caller of the client's writes.
type Executor struct {
	*reconcile.Loop
	store        *storage.Store
	client       *atlassian.Client
	scans        *scan.Service
	options      Options
	wakeMessages func()
	state        *confirmState
}

// New returns an executor. WakeMessages is called after each change of a step; fatal
// is that of [reconcile.Loop].
func New(store *storage.Store, client *atlassian.Client, scans *scan.Service, o Options, wakeMessages func(), fatal func(context.Context, error) error) *Executor {
	e := &Executor{store: store, client: client, scans: scans, options: o, wakeMessages: wakeMessages, state: newConfirmState()}
	e.Loop = reconcile.NewLoop("effects", e.pass, fatal)
	return e
}

// pass restores first, then confirms what was sent, then takes one step of each
// running batch. It returns the time after which the next pass has something to
// do.
func (e *Executor) pass(ctx context.Context) (time.Duration, error) {
	wait, errRestore := e.restorePass(ctx)
	all, err := e.store.UnfinishedBatches()
	if err != nil {
		return reconcile.Idle, errors.Join(errRestore, err)
	}
	failures := []error{errRestore, e.incidentPass(ctx)}
	for _, batch := range all {
		next, err := e.confirmPass(ctx, batch)
		failures = append(failures, err)
		wait = min(wait, next)
		if batch.State != storage.BatchRunning {
			continue
		}
		more, err := e.stepPass(ctx, batch)
		failures = append(failures, err)
		if more {
			wait = 0
		}
		if due, left := e.state.retry.Due(rateLimitKey(batch.ID)); !due {
			wait = min(wait, left)
		}
	}
	return wait, errors.Join(failures...)
}
