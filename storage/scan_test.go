package storage

import (
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestAddRowsTwice checks that a person who is read twice is counted once, and
// that the second row can remove a candidate but not add one.
func TestAddRowsTwice(t *testing.T) {
	row := func(lane string) Row {
		return Row{AccountID: "a", Lane: lane, CanLogIn: lane != "already_off", Candidate: lane == LaneInactive, LastActive: t0.AddDate(-1, 0, 0)}
	}
	for _, c := range []struct {
		name  string
		lanes []string
		want  string
		on    int
	}{
		{"once", []string{LaneInactive}, LaneInactive, 1},
		{"the same again", []string{LaneInactive, LaneInactive}, LaneInactive, 1},
		{"taken off", []string{LaneInactive, "active"}, "active", 1},
		{"taken off, and cannot log in", []string{LaneInactive, "already_off"}, "already_off", 0},
		{"never put on", []string{"active", LaneInactive}, "active", 1},
		{"never put on again", []string{LaneInactive, "active", LaneInactive}, "active", 1},
		{"another lane", []string{"active", "unknown"}, "unknown", 1},
	} {
		for _, together := range []bool{true, false} {
			t.Run(c.name, func(t *testing.T) {
				s := newStore(t)
				sc, err := s.BeginScan(Scan{StartedAt: t0})
				must(t, err)
				var all []Row
				for _, lane := range c.lanes {
					all = append(all, row(lane))
				}
				if together {
					must(t, s.AddRows(sc.ID, ScanChunk{Rows: all}))
				} else {
					for _, r := range all {
						must(t, s.AddRows(sc.ID, ScanChunk{Rows: []Row{r}}))
					}
				}
				sc.EndedAt = t0
				r, _, err := s.Publish(sc, "slot", week)
				must(t, err)
				checkOnePerson(t, s, r, c.want, c.on)
			})
		}
	}
}

func checkOnePerson(t *testing.T, s *Store, r Report, lane string, on int) {
	t.Helper()
	sc, err := s.Scan(r.ScanID)
	must(t, err)
	maps.DeleteFunc(sc.Lanes, func(_ string, n int) bool { return n == 0 })
	if diff := cmp.Diff(map[string]int{lane: 1}, sc.Lanes); diff != "" || sc.People != 1 || sc.CanLogIn != on {
		t.Errorf("%d people, %d can log in, lanes: %s", sc.People, sc.CanLogIn, diff)
	}
	listed := 0
	if lane == LaneInactive {
		listed = 1
	}
	all, err := s.Candidates(r, t0)
	if must(t, err); len(all) != listed || r.Candidates != listed || sc.Candidates() != listed {
		t.Errorf("candidates: %+v; the report has %d and the scan %d, want %d", all, r.Candidates, sc.Candidates(), listed)
	}
	if row, ok, err := s.Row(sc.ID, "a"); err != nil || !ok || row.Lane != lane {
		t.Errorf("the row is %+v %t %v", row, ok, err)
	}
	if _, err := s.Candidate(r, "a", t0); (err == nil) != (listed == 1) {
		t.Errorf("Candidate: %v", err)
	}
}

// TestAReportsCandidatesNeverChange checks that a finished scan accepts no more
// rows.
func TestAReportsCandidatesNeverChange(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	wantCause(t, s.AddRows(r.ScanID, ScanChunk{Rows: []Row{candidateRow("b")}}), CauseState)
	failed := scanned(t, s, t0, "a")
	failed.Problem = "unreachable"
	must(t, s.EndScan(failed))
	wantCause(t, s.AddRows(failed.ID, ScanChunk{Rows: []Row{candidateRow("b")}}), CauseState)
	if all, err := s.Candidates(r, t0); err != nil || len(all) != 1 {
		t.Errorf("candidates: %+v %v", all, err)
	}
}

func TestScansThatAreNotThere(t *testing.T) {
	s := newStore(t)
	_, errScan := s.Scan(1)
	_, _, errPublish := s.Publish(Scan{ID: 1}, "slot", week)
	for _, err := range []error{errScan, errPublish, s.AddRows(1, ScanChunk{}), s.EndScan(Scan{ID: 1})} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	}
	if _, ok, err := s.LastScan(); ok || err != nil {
		t.Errorf("LastScan = %t, %v", ok, err)
	}
	if _, ok, err := s.Row(1, "a"); ok || err != nil {
		t.Errorf("Row = %t, %v", ok, err)
	}
	for r, err := range s.Rows(1) {
		t.Errorf("Rows yields %+v, %v", r, err)
	}
}

// TestRowsAreKeptOfTheLastTwoScans that completed. Candidates stay.
func TestRowsAreKeptOfTheLastTwoScans(t *testing.T) {
	s := newStore(t)
	first := published(t, s, t0, "a")
	published(t, s, t0.Add(time.Hour), "a", "b")
	failed := scanned(t, s, t0.Add(2*time.Hour), "a")
	failed.Problem = "unreachable"
	must(t, s.EndScan(failed))
	third := published(t, s, t0.Add(3*time.Hour), "a", "b", "c")
	running, err := s.BeginScan(Scan{StartedAt: t0.Add(4 * time.Hour)})
	must(t, err)
	must(t, s.AddRows(running.ID, ScanChunk{Rows: []Row{candidateRow("a")}}))
	for scan, want := range map[uint64]int{1: 0, 2: 2, 3: 0, 4: 3, 5: 1} {
		n := 0
		for _, err := range s.Rows(scan) {
			must(t, err)
			n++
		}
		if n != want {
			t.Errorf("scan %d has %d rows, want %d", scan, n, want)
		}
	}
	if all, err := s.Candidates(first, t0); err != nil || len(all) != 1 {
		t.Errorf("the first report has the candidates %+v, %v", all, err)
	}
	if sc, ok, err := s.LastScan(); err != nil || !ok || sc.ID != third.ScanID {
		t.Errorf("the last scan is %+v %t %v, want %d", sc, ok, err, third.ScanID)
	}
	for range s.Rows(2) {
		break // the loop may stop early.
	}
	must(t, s.DropUnfinished(t0.Add(5*time.Hour)))
	if sc, err := s.Scan(running.ID); err != nil || sc.Problem != "interrupted" || !sc.EndedAt.Equal(t0.Add(5*time.Hour)) {
		t.Errorf("the interrupted scan is %+v, %v", sc, err)
	}
	if _, ok, err := s.Row(running.ID, "a"); ok || err != nil {
		t.Errorf("its rows are still stored: %t %v", ok, err)
	}
	checkConsistent(t, s)
}

func TestCutoffOfAScan(t *testing.T) {
	sc := Scan{StartedAt: t0, InactiveDays: 180}
	if want := t0.AddDate(0, 0, -180); !sc.Cutoff().Equal(want) {
		t.Errorf("Cutoff = %v, want %v", sc.Cutoff(), want)
	}
}
