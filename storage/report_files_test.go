package storage

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// kinds returns the kinds of the notes of one report that are still to be
// posted.
func kinds(t *testing.T, s *Store, report uint64) (out []NoteKind) {
	t.Helper()
	all, err := s.Notes()
	must(t, err)
	for _, n := range all {
		if n.ReportID == report {
			out = append(out, n.Kind)
		}
	}
	return out
}

func TestAskForSheet(t *testing.T) {
	s := newStore(t)
	old := published(t, s, t0, "a")
	published(t, s, t0.Add(week), "a")
	r := published(t, s, t0.Add(2*week), "a", "b")
	wantCause(t, s.RequestFullList(old.ID, ada, t0.Add(2*week)), CauseNotKept)
	wantCause(t, s.RequestFullList(r.ID, ada, t0.Add(2*week)), "")
	if got := wantCause(t, s.RequestFullList(r.ID, bob, t0.Add(3*week)), CauseAlready); got.By != ada || !got.At.Equal(t0.Add(2*week)) {
		t.Errorf("the refusal is %+v, want who asked and when", got)
	}
	if got := kinds(t, s, r.ID); !slices.Equal(got, []NoteKind{NoteSource, NoteCandidateList, NoteFullList}) {
		t.Errorf("the notes are %v", got)
	}
	all, err := s.Notes()
	must(t, err)
	for _, n := range all {
		if n.ReportID == r.ID && n.Kind.IsFile() {
			must(t, s.MarkFileRefused(n, "missing_scope", t0.Add(3*week)))
		}
	}
	if got := kinds(t, s, r.ID); !slices.Equal(got, []NoteKind{NoteSource, NoteFileRefused}) {
		t.Errorf("after both files were refused the notes are %v", got)
	}
	wantCause(t, s.RequestFullList(r.ID, bob, t0.Add(3*week)), "")
}

func TestNobodyListedNoList(t *testing.T) {
	s := newStore(t)
	if got := kinds(t, s, published(t, s, t0).ID); !slices.Equal(got, []NoteKind{NoteSource}) {
		t.Errorf("the notes are %v", got)
	}
}

func TestLaneIsReadWithItsNames(t *testing.T) {
	s := newStore(t)
	sc := scanned(t, s, t0, "a", "c")
	must(t, s.AddRows(sc.ID, ScanChunk{Rows: []Row{{AccountID: "b", Lane: "active"}}, People: []Person{{AccountID: "b", Name: "Bea"}}}))
	for lane, want := range map[string]string{"": "[a b Bea c]", LaneInactive: "[a c]", "active": "[b Bea]", "unknown": "[]"} {
		got := []string{}
		for one, err := range s.Lane(sc.ID, lane) {
			must(t, err)
			got = append(got, one.Row.AccountID)
			if one.Person.Name != "" {
				got = append(got, one.Person.Name)
			}
		}
		if fmt.Sprint(got) != want {
			t.Errorf("lane %q is %v, want %s", lane, got, want)
		}
	}
}

// TestReminders simulates a year of weekly reports.
func TestReminders(t *testing.T) {
	s := newStore(t)
	must(t, s.Exclude(Exclusion{AccountID: "a", By: ada, Since: t0}))
	must(t, s.AddRule(Rule{Rule: "group:x", By: bob, Since: t0.Add(time.Hour), Until: t0.Add(10 * week)}))
	var ending, old []int
	for n := range 85 {
		r := published(t, s, t0.Add(time.Duration(n)*week), "a")
		for _, k := range kinds(t, s, r.ID) {
			switch k {
			case NoteEndingExclusions:
				ending = append(ending, n)
			case NoteOldExclusions:
				old = append(old, n)
			}
		}
	}
	if !slices.Equal(ending, []int{9}) || !slices.Equal(old, []int{53, 67, 80}) {
		t.Errorf("ending exclusions are noted in weeks %v and old ones in %v, want 9, and 53 and every quarter after it", ending, old)
	}
}

func TestStandingInOrder(t *testing.T) {
	s := newStore(t)
	must(t, s.AddRule(Rule{Rule: "group:x", By: bob, Since: t0.Add(2 * time.Hour), Reason: "why"}))
	must(t, s.AddRule(Rule{Rule: "group:y", By: bob, Since: t0.Add(5 * time.Hour)}))
	must(t, s.Exclude(Exclusion{AccountID: "a", By: ada, Since: t0, Until: t0.Add(week), Reason: "leave"}))
	must(t, s.Exclude(Exclusion{AccountID: "b", By: ada, Since: t0.Add(time.Hour)}))
	must(t, s.Exclude(Exclusion{AccountID: "over", By: ada, Since: t0, Until: t0.Add(time.Minute)}))
	all, err := s.ActiveExclusions(t0.Add(6 * time.Hour))
	must(t, err)
	var got []string
	for _, e := range all {
		got = append(got, e.AccountID+e.Rule+e.Reason)
	}
	if want := []string{"b", "aleave", "group:y", "group:xwhy"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
