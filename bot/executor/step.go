package executor

import (
	"context"
	"errors"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/bot/logging"
	"inactivebot/bot/policy"
	"inactivebot/bot/problem"
	"inactivebot/bot/reconcile"
	"inactivebot/bot/scan"
	"inactivebot/storage"
)

// stepPass takes the next step of a batch: read the person again, claim, send.
// It reports whether the batch may have another step to take now.
func (e *Executor) stepPass(ctx context.Context, batch storage.Batch) (more bool, err error) {
	if due, _ := e.state.retry.Due(batchWaitKey(batch.ID)); !due {
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
	_, outage, err := e.store.ChannelOutage()
	if err != nil {
		return false, err
	}
	if reason := e.stopReason(batch, outage); reason != "" {
		return false, e.store.Stop(batch.ID, storage.Bot, reason, time.Now().UTC())
	}
	checked, err := e.recheck(ctx, batch, st.AccountID)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return e.recheckFailed(ctx, batch, st, err)
	}
	if batch.NotFound > 0 {
		if err := e.store.ResetNotFound(batch.ID); err != nil {
			return false, err
		}
	}
	if st.Claims > 0 && isSuspended(checked.User) {
		return true, e.store.Confirm(st, time.Now().UTC()) // an earlier request without a response had an effect.
	}
	if checked.Decision.Lane != policy.Inactive {
		zerolog.Ctx(ctx).Info().Str("lane", string(checked.Decision.Lane)).Msg("step skipped")
		return true, e.store.Skip(st, skipReason(checked), checked.Evidence(), time.Now().UTC())
	}
	if reason := e.stopReason(batch, false); reason != "" { // the look may have shown a wrong clock.
		return false, e.store.Stop(batch.ID, storage.Bot, reason, time.Now().UTC())
	}
	claimed, err := e.store.Claim(st, checked.RulesVersion, checked.Evidence(), time.Now().UTC())
	if r, ok := storage.AsRefusal(err); ok {
		return r.Cause == storage.CauseExcluded || r.Cause == storage.CauseChanged, nil
	}
	if err != nil {
		return false, err
	}
	return e.send(ctx, batch, claimed)
}

// recheck reads a person of a batch again before the suspension.
func (e *Executor) recheck(ctx context.Context, batch storage.Batch, account string) (scan.RecheckResult, error) {
	sc, err := e.scanOf(batch.ReportID)
	if err != nil {
		return scan.RecheckResult{}, err
	}
	return e.scans.Recheck(ctx, sc, account)
}

// recheckFailed skips a person who could not be read again, because only people
// who can be read are suspended. A cause that is not about the person stops or
// postpones the batch.
func (e *Executor) recheckFailed(ctx context.Context, batch storage.Batch, st storage.Step, cause error) (bool, error) {
	switch {
	case errors.Is(cause, scan.ErrNotInDirectory):
		err := e.store.Skip(st, "gone", nil, time.Now().UTC())
		return e.countFailure(batch, storage.FailureCounts{NotFound: 1}, err)
	case isAboutPerson(cause):
		zerolog.Ctx(ctx).Warn().Err(cause).Msg("person could not be read again")
		err := e.store.Skip(st, "read_refused", nil, time.Now().UTC())
		return e.countFailure(batch, storage.FailureCounts{Taken: 1, Failed: 1}, err)
	case errors.Is(cause, scan.ErrApproversUnknown):
		e.state.retry.After(batchWaitKey(batch.ID), approversRetry)
		return false, cause
	case errors.Is(cause, scan.ErrScopeChanged):
		return false, e.store.Stop(batch.ID, storage.Bot, "other_scope", time.Now().UTC())
	case refusesKey(cause):
		return false, errors.Join(cause, e.keyRefused(batch))
	case atlassian.KindOf(cause) == atlassian.KindRateLimited:
		return false, e.postpone(ctx, batch, cause)
	}
	err := errors.Join(cause, e.store.Skip(st, string(policy.LookupFailed), nil, time.Now().UTC()))
	return e.countFailure(batch, storage.FailureCounts{Taken: 1, Failed: 1, InRow: 1}, err)
}

// approversRetry is the wait after Slack did not tell whether a person is an
// approver: the step waits.
const approversRetry = 30 * time.Second

// skipReason returns the code of the reason why a person is skipped after the
// recheck.
func skipReason(j scan.RecheckResult) string {
	d := j.Decision
	if d.Reason == "" {
		return string(d.Lane)
	}
	if d.Detail == "" {
		return string(d.Reason)
	}
	return string(d.Reason) + ":" + d.Detail
}

// send sends the suspension of a claimed step. Only a definite refusal fails the
// step; any other outcome is settled by reading.
func (e *Executor) send(ctx context.Context, batch storage.Batch, st storage.Step) (bool, error) {
	directory, err := e.scans.DirectoryID(ctx)
	if err != nil {
		return false, err
	}
	request, cancel := reconcile.WithGracePeriod(ctx)
	defer cancel()
	err = e.client.Suspend(atlassian.SendSoon(request), directory, st.AccountID)
	e.state.sent(st)
	if failed := e.recordRequest(ctx, st, "suspend", err); failed != nil {
		return false, errors.Join(err, failed)
	}
	switch kind := atlassian.KindOf(err); {
	case err == nil:
		delete(e.state.rateLimitWaits, batch.ID)
		return true, errors.Join(e.store.MarkAccepted(st), e.store.ResetFailures(batch.ID))
	case kind == atlassian.KindUnauthorized:
		return false, errors.Join(err, e.store.Unclaim(st, time.Now().UTC()), e.keyRefused(batch))
	case kind == atlassian.KindRateLimited:
		return false, errors.Join(e.store.Unclaim(st, time.Now().UTC()), e.postpone(ctx, batch, err))
	case isDefinite(err):
		zerolog.Ctx(ctx).Warn().Err(err).Msg("suspension refused")
		return true, e.store.Fail(st, problem.Code(err), time.Now().UTC())
	}
	return e.countFailure(batch, storage.FailureCounts{Failed: 1, InRow: 1}, err)
}

// recordRequest records the outcome of a request that changes access in the log
// and in the audit log.
func (e *Executor) recordRequest(ctx context.Context, st storage.Step, what string, err error) error {
	outcome := "accepted"
	if err != nil {
		outcome = problem.Code(err)
	}
	zerolog.Ctx(ctx).Info().Str("call", what).Str("outcome", outcome).Msg("step sent")
	return e.store.AppendAudit(storage.AuditEntry{
		At: time.Now().UTC(), Actor: storage.Bot, Action: "call", Account: st.AccountID, Report: st.ReportID, Batch: st.BatchID,
		Outcome: outcome, Detail: map[string]string{"request": what},
	})
}

// withStep returns ctx with a logger that adds the batch and the account of a
// step.
func withStep(ctx context.Context, st storage.Step) context.Context {
	ctx = logging.WithRequestID(ctx)
	return zerolog.Ctx(ctx).With().Uint64("batch", st.BatchID).Str("account", st.AccountID).Logger().WithContext(ctx)
}
