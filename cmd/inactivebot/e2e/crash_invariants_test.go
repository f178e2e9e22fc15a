package e2e

import (
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"inactivebot/storage"
)

// snapshot is the content of the database of a killed bot.
type snapshot struct {
	report   storage.Report // the newest, zero before the first.
	batch    storage.Batch  // zero before there is one.
	people   []string       // those of the batch, in order.
	steps    map[string]storage.Step
	excluded []string
	paused   bool
	refusals int // presses refused so far, by the audit log.

	pending, sent, restoring int // steps by state.
	suspended                int // of those to be restored, who is still suspended.
	claims                   int // how often anybody was claimed.
	notes                    int // messages to post, but for one that may have been.
	stale                    bool
}

// expectedCalls returns how many calls of a kind are expected.
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

// inspect reads the database of the dead bot and compares it with what was
// promised and with what has happened.
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
	for _, p := range c.promises {
		if !p.kept(c.seen) {
			c.t.Fatalf("killed at %s: lost although it was acknowledged: %s", moment, p.what)
		}
	}
	truth, requests := c.truth(), c.changes()
	for account, p := range truth {
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
	c.checkReport(truth)
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

// changes returns the suspensions and restores that were requested, by account.
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

// violation returns what was wrongly done to a person, and is empty if nothing
// was.
func (c *crash) violation(p person, requests []change) string {
	st, before := c.seen.steps[p.AccountID], c.settled[p.AccountID]
	restores := slices.DeleteFunc(slices.Clone(requests), func(r change) bool { return r.Route != "POST restore" })
	answered := slices.IndexFunc(requests, func(r change) bool { return r.Route == "POST suspend" && r.Status == http.StatusNoContent })
	switch {
	case p.SuspendRequests > 0 && !c.approved[p.AccountID]:
		return "was to be suspended without approval"
	case p.SuspendRequests > 0 && c.excluded[p.AccountID]:
		return "was to be suspended although excluded before"
	case p.SuspendRequests > st.Claims:
		return "was to be suspended without a claim on disk"
	case p.Suspends > 1:
		return "was suspended twice by a batch"
	case before > 0 && p.SuspendRequests > before:
		return "was to be suspended again after the first time had its effect"
	case answered >= 0 && slices.ContainsFunc(requests[answered+1:], func(r change) bool { return r.Route == "POST suspend" }):
		return "was to be suspended again after the first request was answered"
	case len(restores) > 0 && !c.restoreAsked[p.AccountID]:
		return "was to be restored though nobody had asked for it"
	case len(restores) > 0 && !isRestoring(st):
		return "was to be restored without a step on disk that says so"
	}
	return ""
}

// contradiction returns what a step states that is not true, and is empty if
// all is.
func contradiction(st storage.Step, p person) string {
	switch st.State {
	case storage.StepSuspended:
		if !p.Suspended {
			return "counts as suspended and is not"
		}
	case storage.StepSkipped, storage.StepFailed:
		if p.Suspended {
			return "is suspended, but counts as " + string(st.State)
		}
		if st.Reason == "" {
			return "counts as " + string(st.State) + " without a reason"
		}
	case storage.StepRestored:
		if p.Suspended {
			return "counts as restored and is not"
		}
	default: // the step states nothing.
	}
	return ""
}
