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

// Options contains the settings of an [Executor].
type Options struct {
	ReportOnly  bool          // suspend no one.
	Settle      time.Duration // how long reads may show the old status.
	DirectoryID string        // empty: the only directory.
	// MaySuspend reports whether suspensions may begin; nil: at once.
	MaySuspend func() bool
}

// Executor carries out decisions: it suspends, confirms by reading, and
// restores.
type Executor struct {
	*reconcile.Loop
	store        *storage.Store
	client       *atlassian.Client
	scans        *scan.Service
	options      Options
	wakeMessages func()
	state        *confirmState
}

// New returns an executor. It calls wakeMessages after each change of a step. For
// fatal see [reconcile.NewLoop].
func New(store *storage.Store, client *atlassian.Client, scans *scan.Service, o Options, wakeMessages func(), fatal func(context.Context, error) error) *Executor {
	e := &Executor{store: store, client: client, scans: scans, options: o, wakeMessages: wakeMessages, state: newConfirmState()}
	e.Loop = reconcile.NewLoop("effects", e.pass, fatal)
	return e
}

// pass sends restores, then confirms sent requests, then takes one step of each
// running batch. It returns the wait until the next pass. It does nothing on a
// database file that was replaced, which ends the bot.
func (e *Executor) pass(ctx context.Context) (time.Duration, error) {
	if err := e.store.CheckReplaced(); err != nil {
		return reconcile.Idle, err
	}
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
		if batch.State != storage.BatchRunning || e.options.MaySuspend != nil && !e.options.MaySuspend() {
			continue
		}
		more, err := e.stepPass(ctx, batch)
		failures = append(failures, err)
		if more {
			wait = 0
		}
		if due, left := e.state.retry.Due(batchWaitKey(batch.ID)); !due {
			wait = min(wait, left)
		}
	}
	return wait, errors.Join(failures...)
}
