package storage

import (
	"slices"
	"testing"
	"time"
)

// lastEntry returns the action and outcome of the newest entry of the audit log.
func lastEntry(t *testing.T, s *Store) string {
	t.Helper()
	all, err := s.AuditEntries(1, func(AuditEntry) bool { return true })
	must(t, err)
	return all[0].Action + ": " + all[0].Outcome
}

// TestUnclaimedStep checks that a claim whose request was not sent leaves no trace,
// and that an earlier one, which may have been sent, does.
func TestUnclaimedStep(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	approved(t, s, r, t0, "a", "b")
	must(t, s.Unclaim(claimed(t, s, r, "a", t0), t0))
	if have := stored(t, s, stepOf(r, "a")); have.Claims != 0 || !have.FirstClaim.IsZero() || !have.ClaimedAt.IsZero() {
		t.Errorf("after the only claim: %+v", have)
	}
	must(t, s.Retry(claimed(t, s, r, "b", t0), t0))
	must(t, s.Unclaim(claimed(t, s, r, "b", t0.Add(time.Hour)), t0.Add(time.Hour)))
	if have := stored(t, s, stepOf(r, "b")); have.Claims != 1 || !have.FirstClaim.Equal(t0) || have.ClaimedAt.IsZero() {
		t.Errorf("after the second claim: %+v", have)
	}
	if b := wantBatch(t, s, 1, BatchRunning); b.TakenSteps != 1 {
		t.Errorf("%d steps are taken, want 1", b.TakenSteps)
	}
}

// TestAcceptedRequest checks that an accepted request counts for its claim alone,
// and not for one that is being restored.
func TestAcceptedRequest(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	approved(t, s, r, t0, "a", "b")
	must(t, s.MarkAccepted(claimed(t, s, r, "a", t0)))
	if !stored(t, s, stepOf(r, "a")).Accepted {
		t.Error("the request is not accepted")
	}
	must(t, s.Retry(stepOf(r, "a"), t0))
	if claimed(t, s, r, "a", t0).Accepted || stored(t, s, stepOf(r, "a")).Accepted {
		t.Error("the next request is accepted before it was sent")
	}
	st := claimed(t, s, r, "b", t0)
	_, err := s.Restore("b", bob, t0)
	must(t, err)
	must(t, s.MarkAccepted(st))
	if have := stored(t, s, st); have.Accepted || have.State != StepRestoring {
		t.Errorf("a step that is being restored became %+v", have)
	}
	if err := s.MarkAccepted(stepOf(r, "c")); err == nil {
		t.Error("a step that does not exist is accepted")
	}
	checkConsistent(t, s)
}

// TestStepIsSettledOnce checks when a step is settled and what the audit log says.
func TestStepIsSettledOnce(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b", "c", "d")
	approved(t, s, r, t0, "a", "b", "c", "d")
	later := t0.Add(time.Hour)

	must(t, s.Skip(stepOf(r, "a"), "active", nil, later))
	if have := stored(t, s, stepOf(r, "a")); !have.SettledAt.Equal(later) || lastEntry(t, s) != "skip: skipped: active" {
		t.Errorf("skipped: %+v, %s", have, lastEntry(t, s))
	}
	must(t, s.Fail(claimed(t, s, r, "b", t0), "conflict", later))
	if have := stored(t, s, stepOf(r, "b")); !have.SettledAt.Equal(later) || lastEntry(t, s) != "fail: failed: conflict" {
		t.Errorf("failed: %+v, %s", have, lastEntry(t, s))
	}
	must(t, s.Retry(claimed(t, s, r, "c", t0), t0))
	must(t, s.Skip(stepOf(r, "c"), "active", nil, later))
	if have := stored(t, s, stepOf(r, "c")); !have.SettledAt.IsZero() || have.EndsAs != StepSkipped || lastEntry(t, s) != "leave: claimed: active" {
		t.Errorf("left: %+v, %s", have, lastEntry(t, s))
	}
	must(t, s.Confirm(stepOf(r, "c"), later))
	if have := stored(t, s, stepOf(r, "c")); have.EndsAs != "" || have.Reason != "" || !have.SettledAt.Equal(later) {
		t.Errorf("confirmed: %+v", have)
	}
	must(t, s.Retry(claimed(t, s, r, "d", t0), t0))
	must(t, s.Skip(stepOf(r, "d"), "active", nil, later))
	st, err := s.Restore("d", bob, later)
	if must(t, err); st.EndsAs != "" || stored(t, s, st).EndsAs != "" || st.Reason != "" {
		t.Errorf("being restored: %+v", st)
	}
	checkConsistent(t, s)
}

// TestSkippedAfterARequest checks that a person who was not suspended after all
// does not count towards the cap, and that those of another approver's newer batch
// do not hide those of an older one.
func TestSkippedAfterARequest(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b", "c")
	approved(t, s, r, t0, "a", "b")
	must(t, s.Retry(claimed(t, s, r, "a", t0), t0))
	must(t, s.Skip(stepOf(r, "a"), "active", nil, t0))
	wantUsed(t, s, ada, t0, 2, t0.Add(CapWindow))
	must(t, s.GiveUp(stepOf(r, "a"), true, t0))
	wantStep(t, s, stepOf(r, "a"), StepSkipped, "active")
	suspended(t, s, r, "b", t0)
	wantUsed(t, s, ada, t0, 1, t0.Add(CapWindow))
	r = wantReport(t, s, r.ID, ReportOpen)
	_, err := s.Approve(Decision{ReportID: r.ID, Hash: r.Hash, By: bob, At: t0, People: []string{"c"}, Cap: 1})
	must(t, err)
	wantUsed(t, s, bob, t0, 1, t0.Add(CapWindow))
	wantUsed(t, s, ada, t0, 1, t0.Add(CapWindow))
}

// TestRestoredAt checks that a step keeps when the person was restored, by us or by
// someone else.
func TestRestoredAt(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	approved(t, s, r, t0, "a", "b")
	suspended(t, s, r, "a", t0)
	suspended(t, s, r, "b", t0)
	st, err := s.Restore("a", bob, t0)
	must(t, err)
	later := t0.Add(time.Hour)
	must(t, s.MarkRestored(st, later))
	sc, err := s.BeginScan(Scan{By: Bot, StartedAt: later, InactiveDays: 180})
	must(t, err)
	must(t, s.AddRows(sc.ID, ScanChunk{At: later, Rows: []Row{candidateRow("b")}, RestoredElsewhere: []string{"b"}}))
	must(t, s.RecordRead(Sighting{AccountID: "b", From: later.Add(time.Hour), Until: later.Add(time.Hour)}))
	for _, account := range []string{"a", "b"} {
		if have := stored(t, s, stepOf(r, account)); have.State != StepRestored || !have.RestoredAt.Equal(later) {
			t.Errorf("%s: %+v", account, have)
		}
	}
}

// TestBesideAReportThatIsDone checks that a report whose batch is done holds up
// neither the next one nor a note about a person whom it does not list.
func TestBesideAReportThatIsDone(t *testing.T) {
	s := newStore(t)
	first := published(t, s, t0, "a")
	approved(t, s, first, t0, "a")
	claimed(t, s, first, "a", t0)
	second := published(t, s, t0.Add(time.Hour), "b")
	_, err := s.Approve(Decision{ReportID: second.ID, Hash: second.Hash, By: ada, At: t0.Add(time.Hour), People: []string{"b"}, Cap: 5})
	wantCause(t, err, CauseBusy)
	for i, account := range []string{"a", "b"} {
		must(t, s.Exclude(Exclusion{AccountID: account, By: ada, Since: t0.Add(time.Hour)}))
		must(t, s.Include(account, ada, t0.Add(time.Hour)))
		notes, err := s.Notes()
		must(t, err)
		var reports []uint64
		for _, n := range notes {
			if (n.Kind == NoteExcluded || n.Kind == NoteIncluded) && slices.Equal(n.Accounts, []string{account}) {
				reports = append(reports, n.ReportID)
			}
		}
		if want := uint64(i + 1); !slices.Equal(reports, []uint64{want, want}) {
			t.Errorf("%s is noted in the reports %v, want twice in %d", account, reports, want)
		}
	}
	must(t, s.Confirm(stepOf(first, "a"), t0.Add(time.Hour)))
	approved(t, s, second, t0.Add(time.Hour), "b")
}
