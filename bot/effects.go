package bot

import (
	"context"
	"errors"
	"time"

	"inactivebot/atlassian"
	"inactivebot/storage"
)

// executorOptions are the settings of an [Executor].
type executorOptions struct {
	ReportOnly  bool          // no one is suspended.
	Settle      time.Duration // how long a suspension may take to show.
	DirectoryID string        // empty: the only one.
}

// Executor carries out what is decided: it suspends, confirms by reading, and
// restores. It is the only caller of the client's writes.
type Executor struct {
	*loop
	store        *storage.Store
	client       *atlassian.Client
	scans        *scanService
	options      executorOptions
	wakeMessages func()
	state        *settling
}

// newExecutor returns an executor. WakeMessages is called after each change of a step; fatal
// is that of [loop].
func newExecutor(store *storage.Store, client *atlassian.Client, scans *scanService, o executorOptions, wakeMessages func(), fatal func(context.Context, error) error) *Executor {
	e := &Executor{store: store, client: client, scans: scans, options: o, wakeMessages: wakeMessages, state: newSettling()}
	e.loop = newLoop("effects", e.effectsPass, fatal)
	return e
}

// effectsPass restores first, then settles what was sent, then takes one step
// of each running batch.
func (e *Executor) effectsPass(ctx context.Context) (time.Duration, error) {
	wait, errRestore := e.restorePass(ctx)
	all, err := e.store.Unfinished()
	if err != nil {
		return idle, errors.Join(errRestore, err)
	}
	failures := []error{errRestore, e.troublePass(ctx)}
	for _, batch := range all {
		next, err := e.settlePass(ctx, batch)
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
		if due, left := e.state.again.due(turnKey(batch.ID)); !due {
			wait = min(wait, left)
		}
	}
	return wait, errors.Join(failures...)
}
