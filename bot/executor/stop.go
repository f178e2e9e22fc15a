package executor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan"
	"inactivebot/storage"
)

// stopReason returns the code of the reason why a batch must stop until an
// approver decides, and an empty string if it may continue. The argument outage
// means that nothing can be posted to the admin channel.
func (e *Executor) stopReason(batch storage.Batch, outage bool) string {
	skew, _ := e.client.ClockSkew()
	switch {
	case outage:
		return "no_channel"
	case e.options.ReportOnly:
		return "report_only"
	case time.Now().UTC().Sub(batch.RunningSince) > maxApprovalAge:
		return "away"
	case batch.TakenSteps >= manyAfter && batch.FailedSteps*100 >= manyPercent*batch.TakenSteps:
		return "many_failed"
	case skew.Abs() > policy.MaxSkew:
		return "clock_off"
	}
	return ""
}

// countFailure counts a failure, and stops the batch after stopAfter in a row that
// are not about the person or whose person is not known. It reports whether the
// batch may continue.
func (e *Executor) countFailure(batch storage.Batch, f storage.FailureCounts, cause error) (bool, error) {
	b, err := e.store.CountFailure(batch.ID, f)
	var reason string
	switch {
	case err != nil:
		return false, errors.Join(cause, err)
	case f.NotFound > 0 && b.NotFound >= stopAfter:
		reason = "many_gone"
	case f.InRow > 0 && b.Failures >= stopAfter:
		reason = "failures"
	default:
		return true, cause
	}
	return false, errors.Join(cause, e.store.Stop(batch.ID, storage.Bot, reason, time.Now().UTC()))
}

// keyRefused stops a batch and records an incident, because Atlassian rejects the
// API key.
func (e *Executor) keyRefused(batch storage.Batch) error {
	e.state.retry.After(incidentKey, incidentRetry)
	return errors.Join(e.store.Stop(batch.ID, storage.Bot, "key_refused", time.Now().UTC()), e.store.SetIncident("key_refused", time.Now().UTC()))
}

// incidentPass checks once an hour whether Atlassian accepts the API key again,
// and then ends the incident.
func (e *Executor) incidentPass(ctx context.Context) error {
	if due, _ := e.state.retry.Due(incidentKey); !due {
		return nil
	}
	e.state.retry.After(incidentKey, incidentRetry)
	if t, in, err := e.store.Incident(); err != nil || !in || t.Code != "key_refused" {
		return err
	}
	if _, err := scan.FindDirectory(ctx, e.client, e.options.DirectoryID); err != nil {
		return err
	}
	defer e.wakeMessages()
	return e.store.EndIncident(time.Now().UTC())
}

const (
	// maxApprovalAge is the age of an approval from which an approver has to
	// confirm it with Resume.
	maxApprovalAge = 24 * time.Hour
	// A batch stops when manyPercent of its steps have failed, after at least
	// manyAfter steps.
	manyAfter, manyPercent = 10, 20
	// stopAfter is how many failures in a row that are not about the person, or
	// people in a row whom Atlassian does not know, stop a batch.
	stopAfter = 3
)

const (
	incidentKey = "trouble"
	// incidentRetry is the time between two checks of a rejected API key.
	incidentRetry = time.Hour
)

func isDefinite(err error) bool {
	e, ok := errors.AsType[*atlassian.Error](err)
	return ok && e.Definite()
}

func refusesKey(err error) bool {
	kind := atlassian.KindOf(err)
	return kind == atlassian.KindUnauthorized || kind == atlassian.KindForbidden
}

// isAboutPerson reports whether the refusal of a call about one person is about
// that person, and not about the API key.
func isAboutPerson(err error) bool {
	e, ok := errors.AsType[*atlassian.Error](err)
	if !ok || !slices.Contains([]string{"GET user", "GET last-active-dates"}, e.Route) {
		return false
	}
	return slices.Contains([]atlassian.Kind{atlassian.KindForbidden, atlassian.KindNotFound, atlassian.KindConflict}, e.Kind)
}

const (
	// maxRateLimitWait is the longest wait for a rate limit; beyond it the
	// batch stops and asks an approver.
	maxRateLimitWait = 5 * time.Minute
	// maxRateLimitWaits is how many waits in a row stop a batch.
	maxRateLimitWaits = 6
)

// batchWaitKey is the key of the wait until the next step of a batch: for a rate
// limit, or until Slack tells who the approvers are.
func batchWaitKey(batch uint64) string { return fmt.Sprintf("next step of batch %d", batch) }

// postpone delays a batch until Atlassian's rate limit allows requests again. The
// person is read again after the wait. Restores, Stop and a pause are not
// delayed.
func (e *Executor) postpone(ctx context.Context, batch storage.Batch, limited error) error {
	wait := time.Second
	if refused, ok := errors.AsType[*atlassian.Error](limited); ok {
		wait = max(wait, refused.RetryAfter)
	}
	e.state.rateLimitWaits[batch.ID]++
	if wait > maxRateLimitWait || e.state.rateLimitWaits[batch.ID] >= maxRateLimitWaits {
		delete(e.state.rateLimitWaits, batch.ID)
		return errors.Join(limited, e.store.Stop(batch.ID, storage.Bot, "rate_limited", time.Now().UTC()))
	}
	e.state.retry.After(batchWaitKey(batch.ID), wait)
	zerolog.Ctx(ctx).Info().Uint64("batch", batch.ID).Dur("wait", wait).Msg("rate limited; the batch waits")
	return nil
}
