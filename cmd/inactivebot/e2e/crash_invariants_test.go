package e2e

import (
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"inactivebot/storage"
)

// snapshot is the content of a killed bot's database.
type snapshot struct {
	report   storage.Report // the newest; zero before the first.
	batch    storage.Batch  // zero if there is none.
	people   []string       // the batch's people, in order.
	steps    map[string]storage.Step
	excluded []string
	paused   bool
	refusals int // refused presses in the audit log.

	pending, sent, restoring int // steps by state.
	suspended                int // people to be restored who are still suspended.
	claims                   int // the number of claims.
	notes                    int // messages to post, except those that may have been sent.
	stale                    bool
}

// expectedCalls returns how many calls of a kind the bot will make.
func (s snapshot) expectedCalls(call string) int {
	switch call {
	case "POST users/search":
		return s.pending + min(1, s.sent) + min(1, s.restoring)
	case "GET last-active-dates", "POST suspend":
		return s.pending
	case "POST restore":
		return s.suspended
	case "chat.update":
		if s.stale {
			return 1
		}
		return 0
	}
	return s.notes
}

// inspect reads the killed bot's database and compares it with the acknowledged
// ackMoments and with the organisation.
func (c *crash) inspect(moment string) {
	c.t.Helper()
	s, err := storage.Open(filepath.Join(c.dir, "inactivebot.db"))
	if err == nil {
		c.seen, err = read(s)
		err = errors.Join(err, s.Close())
	}
	if err != nil {
		c.t.Fatalf("killed at %s: %v", moment, err)
	}
	for _, p := range c.decisions {
		if !p.stored(c.seen) {
			c.t.Fatalf("killed at %s: lost although it was acknowledged: %s", moment, p.what)
		}
	}
	orgState, requests := c.orgState(), c.changes()
	for account, p := range orgState {
		for _, wrong := range []string{c.violation(p, requests[account]), contradiction(c.seen.steps[account], p)} {
			if wrong != "" {
				c.t.Fatalf("killed at %s: %s %s; suspended %d times, %d requests; the step: %+v", moment, account, wrong, p.Suspends, p.SuspendRequests, c.seen.steps[account])
			}
		}
		if p.Suspended && c.seen.steps[account].State == storage.StepRestoring {
			c.seen.suspended++
		}
		if p.Suspends > 0 {
			c.settled[account] = p.SuspendRequests
		}
	}
	c.checkReport(orgState)
}

func read(s *storage.Store) (out snapshot, err error) {
	now := time.Now().UTC()
	_, errVerify := s.VerifyAudit("")
	report, _, errReport := s.LastReport()
	_, paused, errPaused := s.Paused()
	exclusions, errExclusions := s.Exclusions(now)
	notes, errNotes := s.Notes()
	stale, errStale := s.StaleReports()
	out = snapshot{report: report, paused: paused, stale: len(stale) > 0, steps: map[string]storage.Step{}}
	for _, e := range exclusions {
		out.excluded = append(out.excluded, e.AccountID)
	}
	for _, n := range notes {
		if n.AttemptedAt.IsZero() {
			out.notes++
		}
	}
	for line, err := range s.AuditLog(time.Time{}) {
		if err == nil && line.Action == "refused" {
			out.refusals++
		}
	}
	return out, errors.Join(errVerify, errReport, errPaused, errExclusions, errNotes, errStale, out.readBatch(s))
}

func (s *snapshot) readBatch(from *storage.Store) (err error) {
	if s.report.BatchID == 0 {
		return nil
	}
	if s.batch, err = from.Batch(s.report.BatchID); err != nil {
		return err
	}
	steps, err := from.Steps(s.batch)
	for _, st := range steps {
		s.add(st)
	}
	return err
}

func (s *snapshot) add(st storage.Step) {
	s.steps[st.AccountID] = st
	s.people = append(s.people, st.AccountID)
	s.claims += st.Claims
	switch st.State {
	case storage.StepPending:
		s.pending++
	case storage.StepClaimed:
		s.sent++
	case storage.StepRestoring:
		s.restoring++
	default: // settled.
	}
}

// change is a call that changes a person's access.
type change struct {
	Route     string `json:"route"`
	AccountID string `json:"account_id"`
	Status    int    `json:"status"` // 0: the connection was dropped.
}

// changes returns the requested suspensions and restores by account.
func (c *crash) changes() map[string][]change {
	c.t.Helper()
	all := map[string][]change{}
	for _, r := range get[struct {
		Events []change `json:"events"`
	}](c.simulation, c.addresses.AtlassianControl+"/requests").Events {
		if r.Route == "POST suspend" || r.Route == "POST restore" {
			all[r.AccountID] = append(all[r.AccountID], r)
		}
	}
	return all
}

// violation returns what was done to a person although it must not be, empty if
// nothing was.
func (c *crash) violation(p person, requests []change) string {
	st, before := c.seen.steps[p.AccountID], c.settled[p.AccountID]
	restores := slices.DeleteFunc(slices.Clone(requests), func(r change) bool { return r.Route != "POST restore" })
	answered := slices.IndexFunc(requests, func(r change) bool { return r.Route == "POST suspend" && r.Status == http.StatusNoContent })
	switch {
	case p.SuspendRequests > 0 && !c.approved[p.AccountID]:
		return "got a suspend request without approval"
	case p.SuspendRequests > 0 && c.excluded[p.AccountID]:
		return "got a suspend request after being excluded"
	case p.SuspendRequests > st.Claims:
		return "got a suspend request without a stored claim"
	case p.Suspends > 1:
		return "was suspended twice by one batch"
	case before > 0 && p.SuspendRequests > before:
		return "got another suspend request after the first took effect"
	case answered >= 0 && slices.ContainsFunc(requests[answered+1:], func(r change) bool { return r.Route == "POST suspend" }):
		return "got another suspend request after the first was answered"
	case len(restores) > 0 && !c.restoreAsked[p.AccountID]:
		return "got a restore request that no one asked for"
	case len(restores) > 0 && !isRestoring(st):
		return "got a restore request without a stored step for it"
	}
	return ""
}

// contradiction returns how a step's state differs from the organisation, empty
// if it does not.
func contradiction(st storage.Step, p person) string {
	switch st.State {
	case storage.StepSuspended:
		if !p.Suspended {
			return "is recorded as suspended but is not"
		}
	case storage.StepSkipped, storage.StepFailed:
		if p.Suspended {
			return "is suspended but recorded as " + string(st.State)
		}
		if st.Reason == "" {
			return "is recorded as " + string(st.State) + " without a reason"
		}
	case storage.StepRestored:
		if p.Suspended {
			return "is recorded as restored but is not"
		}
	default: // no final state yet.
	}
	return ""
}
