package bot

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

const (
	// finishWithin is how long a suspend or restore request may go on when the
	// program is asked to stop, so that its outcome is known.
	finishWithin = 5 * time.Second
	// awayFor is how old an approval may be before somebody has to look again.
	awayFor = 24 * time.Hour
	// manyPercent of the steps may not fail, from manyAfter steps on.
	manyAfter, manyPercent = 10, 20
	// stopAfter is how many failures in a row that are not about the person stop
	// a batch.
	stopAfter = 3
)

// effectsPass restores first, then settles what was sent, then takes one step
// of each running batch.
func (b *Bot) effectsPass(ctx context.Context) (time.Duration, error) {
	wait, errRestore := b.restorePass(ctx)
	all, err := b.store.Unfinished()
	if err != nil {
		return idle, errors.Join(errRestore, err)
	}
	failures := []error{errRestore, b.troublePass(ctx)}
	for _, batch := range all {
		next, err := b.settlePass(ctx, batch)
		failures = append(failures, err)
		wait = min(wait, next)
		if batch.State != storage.BatchRunning {
			continue
		}
		more, err := b.stepPass(ctx, batch)
		failures = append(failures, err)
		if more {
			wait = 0
		}
		if due, left := b.settling.again.due(turnKey(batch.ID)); !due {
			wait = min(wait, left)
		}
	}
	return wait, errors.Join(failures...)
}

// stepPass takes the next step of a batch: read the person again, claim, send.
// More tells that there may be another step to take at once.
func (b *Bot) stepPass(ctx context.Context, batch storage.Batch) (more bool, err error) {
	if due, _ := b.settling.again.due(turnKey(batch.ID)); !due {
		return false, nil
	}
	st, ok, err := b.store.NextStep(batch)
	if err != nil || !ok {
		return false, err
	}
	if _, paused, err := b.store.Paused(); paused || err != nil {
		return false, err
	}
	defer b.wakeMessages()
	ctx = withStep(ctx, st)
	_, unseen, err := b.store.NoChannel()
	if err != nil {
		return false, err
	}
	if reason := b.mustStop(batch, unseen); reason != "" {
		return false, b.store.Stop(batch.ID, storage.Bot, reason, time.Now().UTC())
	}
	second, err := b.look(ctx, batch, st.AccountID)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return b.lookFailed(batch, st, err)
	}
	if st.Claims > 0 && second.User.Status == "suspended" {
		return true, b.store.Confirm(st, time.Now().UTC()) // our own request without an answer, which shows only now.
	}
	if second.Decision.Lane != policy.Inactive {
		zerolog.Ctx(ctx).Info().Str("lane", string(second.Decision.Lane)).Msg("step skipped")
		return true, b.store.Skip(st, skipReason(second), second.evidence(), time.Now().UTC())
	}
	claimed, err := b.store.Claim(st, second.rules, second.evidence(), time.Now().UTC())
	if r, ok := storage.AsRefusal(err); ok {
		return r.Cause == storage.CauseExcluded || r.Cause == storage.CauseChanged, nil
	}
	if err != nil {
		return false, err
	}
	return b.send(ctx, batch, claimed)
}

// mustStop is why a batch may not go on without somebody looking, empty where it
// may. Unseen tells that nothing can be shown in the admin channel.
func (b *Bot) mustStop(batch storage.Batch, unseen bool) string {
	skew, _ := b.atlassian.ClockSkew()
	switch {
	case unseen:
		return "no_channel"
	case b.settings.ReportOnly:
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
func (b *Bot) lookFailed(batch storage.Batch, st storage.Step, cause error) (bool, error) {
	switch {
	case errors.Is(cause, errGone):
		return true, b.store.Skip(st, "gone", nil, time.Now().UTC())
	case errors.Is(cause, errOtherScope):
		return false, b.store.Stop(batch.ID, storage.Bot, "other_scope", time.Now().UTC())
	case refusesKey(cause):
		return false, errors.Join(cause, b.keyRefused(batch))
	case atlassian.KindOf(cause) == atlassian.KindRateLimited:
		return false, b.waitTurn(batch, cause)
	}
	err := errors.Join(cause, b.store.Skip(st, string(policy.LookupFailed), nil, time.Now().UTC()))
	return b.countFailure(batch, 1, err)
}

// send asks for the suspension of a claimed step. Only a definite refusal is a
// failure; anything else is settled by reading.
func (b *Bot) send(ctx context.Context, batch storage.Batch, st storage.Step) (bool, error) {
	directory, err := b.directory(ctx)
	if err != nil {
		return false, err
	}
	request, cancel := outlive(ctx)
	defer cancel()
	err = b.atlassian.Suspend(atlassian.Prompt(request), directory, st.AccountID)
	b.settling.sent(st)
	if failed := b.called(ctx, st, "suspend", err); failed != nil {
		return false, errors.Join(err, failed)
	}
	switch kind := atlassian.KindOf(err); {
	case err == nil:
		delete(b.settling.inLine, batch.ID)
		return true, errors.Join(b.store.Accepted(st), b.store.Succeeded(batch.ID))
	case kind == atlassian.KindUnauthorized:
		return false, errors.Join(err, b.store.Unclaim(st, time.Now().UTC()), b.keyRefused(batch))
	case kind == atlassian.KindRateLimited:
		return false, errors.Join(b.store.Unclaim(st, time.Now().UTC()), b.waitTurn(batch, err))
	case isDefinite(err):
		zerolog.Ctx(ctx).Warn().Err(err).Msg("suspension refused")
		return true, b.store.Fail(st, problem(err), time.Now().UTC())
	}
	return b.countFailure(batch, 0, err)
}

// called records what came of a request that changes somebody's access.
func (b *Bot) called(ctx context.Context, st storage.Step, what string, err error) error {
	outcome := "accepted"
	if err != nil {
		outcome = problem(err)
	}
	zerolog.Ctx(ctx).Info().Str("call", what).Str("outcome", outcome).Msg("step sent")
	return b.store.Record(storage.Line{
		At: time.Now().UTC(), Actor: storage.Bot, Action: "call", Account: st.AccountID, Report: st.ReportID, Batch: st.BatchID,
		Outcome: outcome, Detail: map[string]string{"request": what},
	})
}

// keyRefused stops a batch because Atlassian no longer takes the key, and tells
// the channel.
func (b *Bot) keyRefused(batch storage.Batch) error {
	b.settling.again.after(troubleKey, troubleEvery)
	return errors.Join(b.store.Stop(batch.ID, storage.Bot, "key_refused", time.Now().UTC()), b.store.SetTrouble("key_refused", time.Now().UTC()))
}

const (
	troubleKey = "trouble"
	// troubleEvery is how often the bot looks whether it can work again.
	troubleEvery = time.Hour
)

// troublePass looks from time to time whether Atlassian takes the key again.
func (b *Bot) troublePass(ctx context.Context) error {
	if due, _ := b.settling.again.due(troubleKey); !due {
		return nil
	}
	b.settling.again.after(troubleKey, troubleEvery)
	if t, in, err := b.store.Trouble(); err != nil || !in || t.Code != "key_refused" {
		return err
	}
	if _, err := FindDirectory(ctx, b.atlassian, b.settings.DirectoryID); err != nil {
		return err
	}
	defer b.wakeMessages()
	return b.store.EndTrouble(time.Now().UTC())
}

// outlive is a context that ends a while after ctx.
func outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(finishWithin, cancel) })
	return out, func() { stop(); cancel() }
}

// countFailure stops a batch after several failures in a row that are not about
// the people.
func (b *Bot) countFailure(batch storage.Batch, taken int, cause error) (bool, error) {
	n, err := b.store.Failed(batch.ID, taken)
	if err != nil || n < stopAfter {
		return err == nil, errors.Join(cause, err)
	}
	return false, errors.Join(cause, b.store.Stop(batch.ID, storage.Bot, "failures", time.Now().UTC()))
}

func isDefinite(err error) bool {
	e, ok := errors.AsType[*atlassian.Error](err)
	return ok && e.Definite()
}

func refusesKey(err error) bool {
	kind := atlassian.KindOf(err)
	return kind == atlassian.KindUnauthorized || kind == atlassian.KindForbidden
}

// secondLook is what was read of a person just before the suspension.
type secondLook struct {
	Judged
	at    time.Time // when it was read.
	rules uint64    // the version of the stored rules it was judged by.
}

// evidence is what the audit log keeps of it: the last activity and its age in
// whole days, where it was read and when.
func (j secondLook) evidence() map[string]string {
	e := map[string]string{"lane": string(j.Decision.Lane), "source": "search, last-active-dates", "read_at": j.at.Format(time.RFC3339)}
	if !j.Decision.LastActive.IsZero() {
		e["last_active"] = j.Decision.LastActive.Format(time.RFC3339)
		e["age_days"] = strconv.Itoa(int(j.at.Sub(j.Decision.LastActive).Hours() / 24))
	}
	return e
}

// errOtherScope is a report made with another product, other sites or another
// directory than are set now: its people were never judged by today's settings.
var errOtherScope = errors.New("the settings say another product, other sites or another directory now")

func sameScope(sc storage.Scan, s Scanner) bool {
	return sc.Product == s.Policy.Product && slices.Equal(sc.Sites, s.Policy.Sites) && sc.DirectoryID == s.Directory
}

// look reads a person again under the larger of the report's threshold and
// today's. Both ways of reading activity count, and the later use wins.
func (b *Bot) look(ctx context.Context, batch storage.Batch, account string) (secondLook, error) {
	r, err := b.store.Report(batch.ReportID)
	if err != nil {
		return secondLook{}, err
	}
	sc, err := b.store.Scan(r.ScanID)
	if err != nil {
		return secondLook{}, err
	}
	s, err := b.scanner(ctx, sc.InactiveDays)
	if err != nil {
		return secondLook{}, err
	}
	if !sameScope(sc, s) {
		return secondLook{}, errOtherScope
	}
	from := time.Now().UTC()
	user, err := s.One(atlassian.Prompt(ctx), account, sc.Source)
	if err != nil {
		return secondLook{}, err
	}
	version, err := b.store.RulesVersion()
	if err != nil {
		return secondLook{}, err
	}
	rules, err := b.policyNow(ctx, sc.InactiveDays) // those of this moment: one may be new since the request went out.
	if err != nil {
		return secondLook{}, err
	}
	known, err := b.store.Known([]string{account}, from, time.Now().UTC())
	if err != nil {
		return secondLook{}, err
	}
	at := time.Now().UTC()
	return secondLook{judgeOne(user, known[0], rules, at), at, version}, nil
}
