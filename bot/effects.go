package bot

import (
	"context"
	"errors"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

const (
	// awayFor is how old an approval may be before somebody has to look again.
	awayFor = 24 * time.Hour
	// manyPercent of the steps may not fail, from manyAfter steps on.
	manyAfter, manyPercent = 10, 20
	// stopAfter is how many failures in a row that are not about the person stop
	// a batch.
	stopAfter = 3
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

// stepPass takes the next step of a batch: read the person again, claim, send.
// More tells that there may be another step to take at once.
func (e *Executor) stepPass(ctx context.Context, batch storage.Batch) (more bool, err error) {
	if due, _ := e.state.again.due(turnKey(batch.ID)); !due {
		return false, nil
	}
	st, ok, err := e.store.NextStep(batch)
	if err != nil || !ok {
		return false, err
	}
	if _, paused, err := e.store.Paused(); paused || err != nil {
		return false, err
	}
	defer e.wakeMessages()
	ctx = withStep(ctx, st)
	_, unseen, err := e.store.NoChannel()
	if err != nil {
		return false, err
	}
	if reason := e.mustStop(batch, unseen); reason != "" {
		return false, e.store.Stop(batch.ID, storage.Bot, reason, time.Now().UTC())
	}
	second, err := e.recheck(ctx, batch, st.AccountID)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return e.lookFailed(ctx, batch, st, err)
	}
	if st.Claims > 0 && second.User.Status == "suspended" {
		return true, e.store.Confirm(st, time.Now().UTC()) // our own request without an answer, which shows only now.
	}
	if second.Decision.Lane != policy.Inactive {
		zerolog.Ctx(ctx).Info().Str("lane", string(second.Decision.Lane)).Msg("step skipped")
		return true, e.store.Skip(st, skipReason(second), second.evidence(), time.Now().UTC())
	}
	claimed, err := e.store.Claim(st, second.rules, second.evidence(), time.Now().UTC())
	if r, ok := storage.AsRefusal(err); ok {
		return r.Cause == storage.CauseExcluded || r.Cause == storage.CauseChanged, nil
	}
	if err != nil {
		return false, err
	}
	return e.send(ctx, batch, claimed)
}

// recheck reads a person of a batch again.
func (e *Executor) recheck(ctx context.Context, batch storage.Batch, account string) (secondLook, error) {
	sc, err := e.scanOf(batch.ReportID)
	if err != nil {
		return secondLook{}, err
	}
	return e.scans.Recheck(ctx, sc, account)
}

// scanOf returns the scan that a report was made from.
func (e *Executor) scanOf(report uint64) (storage.Scan, error) {
	r, err := e.store.Report(report)
	if err != nil {
		return storage.Scan{}, err
	}
	return e.store.Scan(r.ScanID)
}

// mustStop is why a batch may not go on without somebody looking, empty where it
// may. Unseen tells that nothing can be shown in the admin channel.
func (e *Executor) mustStop(batch storage.Batch, unseen bool) string {
	skew, _ := e.client.ClockSkew()
	switch {
	case unseen:
		return "no_channel"
	case e.options.ReportOnly:
		return "report_only"
	case time.Now().UTC().Sub(batch.GoneOn) > awayFor:
		return "away"
	case batch.Taken >= manyAfter && batch.Refused*100 >= manyPercent*batch.Taken:
		return "many_failed"
	case skew.Abs() > policy.MaxSkew:
		return "clock_off"
	}
	return ""
}

// skipReason is the code of why the second look keeps somebody.
func skipReason(j secondLook) string {
	d := j.Decision
	if d.Reason == "" {
		return string(d.Lane)
	}
	if d.Detail == "" {
		return string(d.Reason)
	}
	return string(d.Reason) + ":" + d.Detail
}

// lookFailed keeps a person whom the second look could not read: what cannot be
// read is not suspended.
func (e *Executor) lookFailed(ctx context.Context, batch storage.Batch, st storage.Step, cause error) (bool, error) {
	switch {
	case errors.Is(cause, errGone):
		return true, e.store.Skip(st, "gone", nil, time.Now().UTC())
	case errors.Is(cause, errOtherScope):
		return false, e.store.Stop(batch.ID, storage.Bot, "other_scope", time.Now().UTC())
	case refusesKey(cause):
		return false, errors.Join(cause, e.keyRefused(batch))
	case atlassian.KindOf(cause) == atlassian.KindRateLimited:
		return false, e.waitTurn(ctx, batch, cause)
	}
	err := errors.Join(cause, e.store.Skip(st, string(policy.LookupFailed), nil, time.Now().UTC()))
	return e.countFailure(batch, 1, err)
}

// send asks for the suspension of a claimed step. Only a definite refusal is a
// failure; anything else is settled by reading.
func (e *Executor) send(ctx context.Context, batch storage.Batch, st storage.Step) (bool, error) {
	directory, err := e.scans.DirectoryID(ctx)
	if err != nil {
		return false, err
	}
	request, cancel := withGracePeriod(ctx)
	defer cancel()
	err = e.client.Suspend(atlassian.Prompt(request), directory, st.AccountID)
	e.state.sent(st)
	if failed := e.called(ctx, st, "suspend", err); failed != nil {
		return false, errors.Join(err, failed)
	}
	switch kind := atlassian.KindOf(err); {
	case err == nil:
		delete(e.state.inLine, batch.ID)
		return true, errors.Join(e.store.Accepted(st), e.store.Succeeded(batch.ID))
	case kind == atlassian.KindUnauthorized:
		return false, errors.Join(err, e.store.Unclaim(st, time.Now().UTC()), e.keyRefused(batch))
	case kind == atlassian.KindRateLimited:
		return false, errors.Join(e.store.Unclaim(st, time.Now().UTC()), e.waitTurn(ctx, batch, err))
	case isDefinite(err):
		zerolog.Ctx(ctx).Warn().Err(err).Msg("suspension refused")
		return true, e.store.Fail(st, problem(err), time.Now().UTC())
	}
	return e.countFailure(batch, 0, err)
}

// called records what came of a request that changes somebody's access.
func (e *Executor) called(ctx context.Context, st storage.Step, what string, err error) error {
	outcome := "accepted"
	if err != nil {
		outcome = problem(err)
	}
	zerolog.Ctx(ctx).Info().Str("call", what).Str("outcome", outcome).Msg("step sent")
	return e.store.Record(storage.Line{
		At: time.Now().UTC(), Actor: storage.Bot, Action: "call", Account: st.AccountID, Report: st.ReportID, Batch: st.BatchID,
		Outcome: outcome, Detail: map[string]string{"request": what},
	})
}

// keyRefused stops a batch because Atlassian no longer takes the key, and tells
// the channel.
func (e *Executor) keyRefused(batch storage.Batch) error {
	e.state.again.after(troubleKey, troubleEvery)
	return errors.Join(e.store.Stop(batch.ID, storage.Bot, "key_refused", time.Now().UTC()), e.store.SetTrouble("key_refused", time.Now().UTC()))
}

const (
	troubleKey = "trouble"
	// troubleEvery is how often the bot looks whether it can work again.
	troubleEvery = time.Hour
)

// troublePass looks from time to time whether Atlassian takes the key again.
func (e *Executor) troublePass(ctx context.Context) error {
	if due, _ := e.state.again.due(troubleKey); !due {
		return nil
	}
	e.state.again.after(troubleKey, troubleEvery)
	if t, in, err := e.store.Trouble(); err != nil || !in || t.Code != "key_refused" {
		return err
	}
	if _, err := FindDirectory(ctx, e.client, e.options.DirectoryID); err != nil {
		return err
	}
	defer e.wakeMessages()
	return e.store.EndTrouble(time.Now().UTC())
}

// countFailure stops a batch after several failures in a row that are not about
// the people.
func (e *Executor) countFailure(batch storage.Batch, taken int, cause error) (bool, error) {
	n, err := e.store.Failed(batch.ID, taken)
	if err != nil || n < stopAfter {
		return err == nil, errors.Join(cause, err)
	}
	return false, errors.Join(cause, e.store.Stop(batch.ID, storage.Bot, "failures", time.Now().UTC()))
}

func isDefinite(err error) bool {
	e, ok := errors.AsType[*atlassian.Error](err)
	return ok && e.Definite()
}

func refusesKey(err error) bool {
	kind := atlassian.KindOf(err)
	return kind == atlassian.KindUnauthorized || kind == atlassian.KindForbidden
}
