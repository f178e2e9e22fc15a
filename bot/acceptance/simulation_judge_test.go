package acceptance_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// judge compares what was done with what was decided, and returns what is wrong.
// It believes the witness and the request log; of the bot's own records it
// believes only the order in which they were written.
func (h *history) judge() []string {
	store, err := storage.Open(h.path)
	h.must(err)
	defer func() { h.must(store.Close()) }()
	for l, err := range store.AuditLog(time.Time{}) {
		h.must(err)
		h.lines = append(h.lines, l)
	}
	if _, err := store.VerifyAudit(""); err != nil {
		h.note("the audit log: %v", err)
	}
	for _, v := range h.slack.Violations() {
		h.note("Slack would have refused %v", v)
	}
	if strings.Contains(h.log.String(), "panic") {
		h.note("the bot panicked")
	}
	h.judgeSuspensions(store)
	h.judgeOverrides()
	h.judgeDeliveries()
	h.judgeLate()
	h.judgeRestores()
	h.judgeDecisions(store)
	h.judgeMessages(store)
	return h.wrong
}

// judgeSuspensions checks for each person who was suspended whether that was
// right.
func (h *history) judgeSuspensions(store *storage.Store) {
	once := map[string]time.Time{}
	for _, e := range h.witness.effects {
		claim, ok := h.claimOf(e)
		if !ok {
			h.note("%s was suspended without a claim", e.account)
			continue
		}
		key := fmt.Sprintf("%s of batch %d", e.account, claim.Batch)
		if before, twice := once[key]; twice && !h.restoredUnseen(claim, before) {
			h.note("%s was suspended twice", key)
		}
		once[key] = e.came
		if late := e.came.Sub(claim.At); late > soonSent {
			h.note("%s: the request was sent %s after its claim", key, late)
		}
		h.judgeReport(store, key, claim)
		h.judgeApproval(store, key, claim)
		h.judgeStanding(key, claim)
		h.judgeRules(store, key, claim)
		for _, what := range []string{"search", "dates"} {
			looked, allowed := h.witness.looked(what, e.account, h.managedDoesNotMatter(store, claim), h.lastSettled(claim), e.came)
			switch {
			case !looked:
				h.note("%s was suspended without a second look (%s)", key, what)
			case !allowed:
				h.note("%s was suspended, but was not to be at the second look (%s)", key, what)
			}
		}
	}
}

// soonSent is how long after its claim a request may arrive. A request that
// waits longer must be decided again.
const soonSent = 10 * time.Second

// restoredUnseen reports whether an admin restored the person before the bot
// could read the suspension whose response it waits for. For the bot the
// request had no effect, and it may try again.
func (h *history) restoredUnseen(claim storage.AuditEntry, sent time.Time) bool {
	by := slices.ContainsFunc(h.hands, func(d manualChange) bool {
		return d.account == claim.Account && !d.at.Before(sent) && d.at.Before(claim.At)
	})
	return by && slices.ContainsFunc(h.lines, func(l storage.AuditEntry) bool {
		return l.Action == "retry" && l.Account == claim.Account && l.Batch == claim.Batch && l.At.After(sent) && l.Seq < claim.Seq
	})
}

// claimOf returns the last claim of a person before the request.
func (h *history) claimOf(e effect) (storage.AuditEntry, bool) {
	for _, l := range slices.Backward(h.lines) {
		if l.Action == "claim" && l.Account == e.account && l.Outcome == "claimed" && !l.At.After(e.came) {
			return l, true
		}
	}
	return storage.AuditEntry{}, false
}

// lastSettled returns when the step of a claim was last decided before: at the
// approval or the last retry. The second look must be newer.
func (h *history) lastSettled(claim storage.AuditEntry) (at time.Time) {
	for _, l := range h.lines {
		if l.Seq < claim.Seq && l.Batch == claim.Batch && (l.Action == "approve" || l.Action == "retry" && l.Account == claim.Account) {
			at = l.At
		}
	}
	return at
}

// judgeReport: the person is named in a report that was open when it was
// approved.
func (h *history) judgeReport(store *storage.Store, key string, claim storage.AuditEntry) {
	r, err := store.Report(claim.Report)
	h.must(err)
	if _, err := store.Candidate(r, claim.Account, claim.At); err != nil {
		h.note("%s is not named in report %d", key, r.ID)
	}
	state := ""
	for _, l := range h.lines {
		if l.Action == "approve" && l.Batch == claim.Batch {
			switch {
			case state != "open":
				h.note("%s was approved in report %d when that was %q", key, r.ID, state)
			case !l.At.Before(r.ExpiresAt):
				h.note("%s was approved in report %d after %s", key, r.ID, r.ExpiresAt)
			}
		}
		if l.Report == claim.Report && l.Seq < claim.Seq {
			state = stateAfter(l, state)
		}
	}
}

// judgeOverrides: a lock was opened by two approvers who really pressed, or by
// one of them twice, a day apart.
func (h *history) judgeOverrides() {
	said := map[uint64][]storage.AuditEntry{}
	for _, l := range h.lines {
		if l.Action != "override" {
			continue
		}
		key := fmt.Sprintf("the lock of report %d", l.Report)
		h.judgePress(key, l)
		said[l.Report] = append(said[l.Report], l)
		first := said[l.Report][0]
		alone := !slices.ContainsFunc(said[l.Report], func(o storage.AuditEntry) bool { return o.Actor != l.Actor })
		if l.Outcome == "opened" && alone && l.At.Sub(first.At) < 24*time.Hour {
			h.note("%s was opened by %s alone after %s", key, l.Actor, l.At.Sub(first.At))
		}
	}
}

// stateAfter returns a report's state after an entry of the audit log.
func stateAfter(l storage.AuditEntry, before string) string {
	switch l.Action {
	case "report":
		return l.Outcome
	case "override":
		if l.Outcome == "opened" {
			return "open"
		}
	case "expire", "supersede":
		return l.Action
	case "approve":
		return "approved"
	case "batch done", "withdraw":
		return "open"
	}
	return before
}

// judgeApproval: enough people agreed, all of them approvers, by a press that
// they really made.
func (h *history) judgeApproval(store *storage.Store, key string, claim storage.AuditEntry) {
	b, err := store.Batch(claim.Batch)
	h.must(err)
	var yes []storage.AuditEntry
	for _, l := range h.lines {
		if l.Batch == claim.Batch && l.Seq < claim.Seq && (l.Action == "approve" || l.Action == "approve second") {
			yes = append(yes, l)
			h.judgePress(key, l)
		}
	}
	switch {
	case len(yes) == 0:
		h.note("%s was suspended without an approval", key)
	case len(yes) == 1 && b.TwoPeople:
		h.note("%s was suspended before a second approver agreed", key)
	case len(yes) == 1 && h.alone(yes[0]) > cap4:
		h.note("%s: %s suspends %d people within 24 hours", key, yes[0].Actor, h.alone(yes[0]))
	case len(yes) == 2 && yes[0].Actor == yes[1].Actor:
		h.note("%s: %s agreed with himself", key, yes[0].Actor)
	case len(yes) == 2 && yes[1].At.Sub(yes[0].At) >= 72*time.Hour:
		h.note("%s: the second approver came after %s", key, yes[1].At.Sub(yes[0].At))
	case len(yes) == 2 && !h.mayHavePressed(yes[0].Actor, yes[1].At, yes[1].At):
		h.note("%s: the first approver was none any more when the second agreed", key)
	}
}

// cap4 is how many people one approver may suspend within 24 hours in the
// histories.
const cap4 = 4

// judgePress: the decision is one that an approver made in Slack.
func (h *history) judgePress(key string, l storage.AuditEntry) {
	made := slices.ContainsFunc(h.decided, func(d decision) bool {
		return d.user == l.Actor && !l.At.Before(d.from) && !l.At.After(d.until.Add(time.Minute)) && h.mayHavePressed(d.user, d.from, l.At)
	})
	if !made {
		h.note("%s: nobody who may has pressed for %q by %s at %s", key, l.Action, l.Actor, l.At)
	}
}

// alone returns how many people an approver has suspended alone in the 24 hours
// up to an approval, including those of the approval. It leaves out people who
// were changed at Atlassian, where the bot cannot know the effect of its
// request.
func (h *history) alone(approval storage.AuditEntry) int {
	second, mine := map[uint64]bool{}, map[uint64]bool{}
	for _, l := range h.lines {
		second[l.Batch] = second[l.Batch] || l.Action == "approve second"
		recent := l.At.After(approval.At.Add(-24*time.Hour)) && l.Seq <= approval.Seq
		mine[l.Batch] = mine[l.Batch] || l.Action == "approve" && l.Actor == approval.Actor && recent
	}
	suspended := map[string]bool{}
	for _, e := range h.witness.effects {
		if claim, ok := h.claimOf(e); ok && mine[claim.Batch] && !second[claim.Batch] && !h.touched(e.account) {
			suspended[e.account] = true
		}
	}
	return len(suspended)
}

// judgeStanding: at the claim the person was not excluded, the batch was
// running, and suspensions were not paused.
func (h *history) judgeStanding(key string, claim storage.AuditEntry) {
	excluded, paused, runs := time.Time{}, false, true
	for _, l := range h.lines {
		if l.Seq >= claim.Seq {
			break
		}
		switch mine := l.Account == claim.Account; {
		case l.Action == "exclude" && mine:
			excluded = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
			if until, err := time.Parse(time.RFC3339, l.Detail["until"]); err == nil {
				excluded = until
			}
		case l.Action == "include" && mine:
			excluded = time.Time{}
		case (l.Action == "restored" || l.Action == "found restored") && mine && claim.At.Sub(l.At) < 30*24*time.Hour:
			h.note("%s had been restored at %s", key, l.At)
		case l.Action == "pause", l.Action == "resume":
			paused = l.Action == "pause"
		case l.Batch != claim.Batch:
		case l.Action == "stopped", l.Action == "close", l.Action == "undo batch", l.Action == "withdraw":
			runs = false
		case l.Action == "resumed":
			runs = true
		}
	}
	if claim.At.Before(excluded) || paused || !runs {
		h.note("%s was claimed at %s: excluded until %s, paused %t, batch runs %t", key, claim.At, excluded, paused, runs)
	}
}

// judgeDecisions: every approved person has ended, with a reason where not as
// approved, and what the records say of a suspension is so.
func (h *history) judgeDecisions(store *storage.Store) {
	ends := map[string]storage.StepState{}
	for _, l := range h.lines {
		if l.Action != "approve" {
			continue
		}
		b, err := store.Batch(l.Batch)
		h.must(err)
		steps, err := store.Steps(b)
		h.must(err)
		if !b.State.Finished() || len(steps) != b.People && b.State != storage.BatchClosed {
			h.note("batch %d is %s with %d of %d steps (stopped for %q)", b.ID, b.State, len(steps), b.People, b.StopReason)
		}
		for _, st := range steps {
			h.judgeStep(b, st)
			ends[st.AccountID] = st.State
			if st.Reason == storage.FailUnclear {
				ends[st.AccountID] = storage.StepClaimed
			}
		}
	}
	h.judgeTruth(ends)
}

func (h *history) judgeStep(b storage.Batch, st storage.Step) {
	ended := slices.Contains([]storage.StepState{storage.StepSuspended, storage.StepSkipped, storage.StepFailed, storage.StepRestored}, st.State)
	reason := st.State != storage.StepSkipped && st.State != storage.StepFailed || st.Reason != ""
	if !ended || !reason {
		h.note("%s of batch %d ends as %q for %q", st.AccountID, b.ID, st.State, st.Reason)
	}
}

// judgeTruth: a person whom the bot suspended and no one has changed since is
// suspended or unclear in the records, too, and the reverse.
func (h *history) judgeTruth(ends map[string]storage.StepState) {
	for _, p := range h.org.AllPeople() {
		end := ends[p.AccountID]
		switch {
		case h.touched(p.AccountID):
		case p.Suspends > 0 && p.Suspended && end != storage.StepSuspended && end != storage.StepClaimed:
			h.note("%s is suspended, but the records say %q", p.AccountID, end)
		case end == storage.StepSuspended && !p.Suspended:
			h.note("%s is not suspended, but the records say so", p.AccountID)
		case end == storage.StepRestored && p.Suspended:
			h.note("%s was not restored, but the records say so", p.AccountID)
		}
	}
}

// touched reports whether anyone changed the person's access without the bot.
func (h *history) touched(account string) bool {
	return slices.ContainsFunc(h.hands, func(d manualChange) bool { return d.account == account })
}

// judgeMessages: all messages are up to date, and none shows a person as
// suspended who is not.
func (h *history) judgeMessages(store *storage.Store) {
	for _, m := range h.reports() {
		for _, text := range suspendedIn(m) {
			account := accounts([]string{text})[0]
			if p, ok := h.org.Person(account); ok && !p.Suspended {
				h.note("a message shows %s as suspended", account)
			}
		}
	}
	stale, err := store.StaleReports()
	h.must(err)
	if len(stale) > 0 {
		h.note("%d messages are not drawn anew", len(stale))
	}
}

// suspendedIn returns the values of the Restore buttons in rows that say
// suspended.
func suspendedIn(m slacktest.Message) (values []string) {
	for _, b := range m.Blocks {
		if strings.Contains(fmt.Sprint(b["text"]), ":no_entry: suspended") {
			values = append(values, buttons(slacktest.Message{Blocks: []map[string]any{b}}, "restore")...)
		}
	}
	return values
}
