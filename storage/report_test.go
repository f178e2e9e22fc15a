package storage

import (
	"errors"
	"sync"
	"testing"
	"time"
)

func TestPublish(t *testing.T) {
	s := newStore(t)
	if _, ok, err := s.LastReport(); ok || err != nil {
		t.Errorf("LastReport = %t, %v", ok, err)
	}
	first := published(t, s, t0, "a", "b")
	if first.State != ReportOpen || first.Candidates != 2 || !first.CreatedAt.Equal(t0) || !first.ExpiresAt.Equal(t0.Add(week)) {
		t.Errorf("got %+v", first)
	}
	second := published(t, s, t0.Add(time.Hour), "a")
	old := wantReport(t, s, first.ID, ReportSuperseded)
	if old.SupersededBy != second.ID {
		t.Errorf("superseded by %d, want %d", old.SupersededBy, second.ID)
	}
	if last, ok, err := s.LastReport(); err != nil || !ok || last.ID != second.ID {
		t.Errorf("LastReport = %+v %t %v", last, ok, err)
	}
	if all, err := s.LiveReports(); err != nil || len(all) != 1 || all[0].ID != second.ID {
		t.Errorf("LiveReports = %+v, %v", all, err)
	}
	checkConsistent(t, s)
}

// TestOneReportASlot checks that the first report of a slot wins, regardless of
// what the second scan found.
func TestOneReportASlot(t *testing.T) {
	s := newStore(t)
	if taken, err := s.SlotTaken("2026-W23"); taken || err != nil {
		t.Errorf("SlotTaken = %t, %v", taken, err)
	}
	first, created, err := s.Publish(scanned(t, s, t0, "a"), "2026-W23", week)
	if err != nil || !created {
		t.Fatal(created, err)
	}
	again := scanned(t, s, t0.Add(time.Hour), "a", "b")
	second, created, err := s.Publish(again, "2026-W23", week)
	if err != nil || created || second.ID != first.ID || second.Hash != first.Hash {
		t.Errorf("got %+v %t %v, want report %d", second, created, err, first.ID)
	}
	if sc, err := s.Scan(again.ID); err != nil || sc.EndedAt.IsZero() {
		t.Errorf("the second scan has not ended: %+v %v", sc, err)
	}
	if taken, err := s.SlotTaken("2026-W23"); !taken || err != nil {
		t.Errorf("SlotTaken = %t, %v", taken, err)
	}
	wantReport(t, s, first.ID, ReportOpen)
	checkConsistent(t, s)
}

func TestOneReportASlotAtOnce(t *testing.T) {
	s := newStore(t)
	const n = 6
	var made [n]bool
	var got [n]Report
	var all sync.WaitGroup
	for i := range n {
		sc := scanned(t, s, t0, names(i)...)
		all.Go(func() {
			var err error
			if got[i], made[i], err = s.Publish(sc, "slot", week); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	created := 0
	for i := range n {
		if made[i] {
			created++
		}
		if got[i].ID != 1 || got[i].Hash != got[0].Hash {
			t.Errorf("%d got %+v, want the one report", i, got[i])
		}
	}
	if created != 1 {
		t.Errorf("%d reports were created, want 1", created)
	}
	checkConsistent(t, s)
}

// TestHashNamesTheCandidatesAndTheirOrder compares the hashes of different
// lists of candidates.
func TestHashNamesTheCandidatesAndTheirOrder(t *testing.T) {
	s := newStore(t)
	service := candidateRow("c")
	service.ServiceAccount = true
	hash := func(rows ...Row) string {
		sc, err := s.BeginScan(Scan{StartedAt: t0})
		must(t, err)
		must(t, s.AddRows(sc.ID, ScanChunk{Rows: rows}))
		sc.EndedAt = t0
		r, _, err := s.Publish(sc, sc.StartedAt.String()+string(numberKey(sc.ID)), week)
		must(t, err)
		return r.Hash
	}
	base := hash(candidateRow("a"), candidateRow("b"), candidateRow("c"))
	if got := hash(candidateRow("c"), candidateRow("b"), candidateRow("a")); got != base {
		t.Error("the order in which a scan reads people changes the hash")
	}
	for name, other := range map[string]string{
		"fewer":         hash(candidateRow("a"), candidateRow("b")),
		"none":          hash(),
		"another order": hash(candidateRow("a"), candidateRow("b"), service),
		"other borders": hash(candidateRow("ab"), candidateRow("c")),
	} {
		if other == base {
			t.Errorf("%s: the hash is the same", name)
		}
	}
}

func TestExpire(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	must(t, s.Expire(t0.Add(week-1)))
	wantReport(t, s, r.ID, ReportOpen)
	approved(t, s, r, t0, "a")
	must(t, s.Expire(t0.Add(week)))
	wantReport(t, s, r.ID, ReportExecuting)
	must(t, s.Skip(stepOf(r, "a"), "active", nil, t0))
	must(t, s.Expire(t0.Add(week)))
	wantReport(t, s, r.ID, ReportExpired)
	if all, err := s.LiveReports(); err != nil || len(all) != 0 {
		t.Errorf("LiveReports = %+v, %v", all, err)
	}
	checkConsistent(t, s)
}

func TestStates(t *testing.T) {
	for state, want := range map[ReportState]struct{ live, busy bool }{
		ReportLocked:     {true, false},
		ReportOpen:       {true, false},
		ReportAwaiting:   {true, true},
		ReportExecuting:  {true, true},
		ReportStopped:    {true, true},
		ReportDone:       {false, false},
		ReportSuperseded: {false, false},
		ReportExpired:    {false, false},
	} {
		if state.Live() != want.live || state.Busy() != want.busy {
			t.Errorf("%s: live %t, busy %t; want %+v", state, state.Live(), state.Busy(), want)
		}
	}
	for state, want := range map[BatchState]bool{BatchAwaiting: false, BatchRunning: false, BatchStopped: false, BatchDone: true, BatchClosed: true} {
		if state.Finished() != want {
			t.Errorf("%s: finished %t", state, state.Finished())
		}
	}
}

// TestMessageIsStaleUntilDrawnAsItIs posts outdated versions, too.
func TestMessageIsStaleUntilDrawnAsItIs(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	stale := func(want bool) Report {
		t.Helper()
		all, err := s.StaleReports()
		if must(t, err); (len(all) == 1) != want {
			t.Errorf("stale: %+v, want %t", all, want)
		}
		got, err := s.Report(r.ID)
		must(t, err)
		checkConsistent(t, s)
		return got
	}
	stale(true)
	must(t, s.MarkPostAttempted(r.ID, t0))
	if got := stale(true); !got.Message.AttemptedAt.Equal(t0) || got.Message.TS != "" {
		t.Errorf("got %+v", got.Message)
	}
	m := Message{Channel: "C1", TS: "1.2"}
	must(t, s.MarkPosted(r.ID, r.Version, m))
	if got := stale(false); got.Message != m {
		t.Errorf("the message is %+v, want %+v", got.Message, m)
	}
	must(t, s.Invalidate(r.ID))
	changed := stale(true)
	must(t, s.MarkPosted(r.ID, changed.Version-1, m)) // an outdated version.
	stale(true)
	must(t, s.MarkPosted(r.ID, changed.Version, m))
	stale(false)
	must(t, s.MarkPosted(r.ID, changed.Version-1, m)) // a late response.
	stale(true)
}

func TestAReportThatIsNotThere(t *testing.T) {
	s := newStore(t)
	_, err := s.Report(1)
	for _, err := range []error{err, s.MarkPostAttempted(1, t0), s.MarkPosted(1, 1, Message{})} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	}
	must(t, s.Invalidate(1))
}
