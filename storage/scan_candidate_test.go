package storage

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestRankOrder checks the order: possible service accounts first, then the
// longest inactive, then by account, also for times before 1970 and the zero
// time.
func TestRankOrder(t *testing.T) {
	ordered := []Row{
		{AccountID: "z", ServiceAccount: true, LastActive: t0.AddDate(-1, 0, 0)},
		{AccountID: "a", ServiceAccount: true, LastActive: t0},
		{AccountID: "y"},
		{AccountID: "x", LastActive: time.Date(1969, 12, 31, 23, 59, 58, 0, time.UTC)},
		{AccountID: "w", LastActive: time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC)},
		{AccountID: "v", LastActive: time.Unix(0, 0)},
		{AccountID: "t", LastActive: t0.AddDate(-1, 0, 0)},
		{AccountID: "u", LastActive: t0.AddDate(-1, 0, 0)},
		{AccountID: "s", LastActive: t0},
	}
	s := newStore(t)
	sc, err := s.BeginScan(Scan{StartedAt: t0})
	must(t, err)
	for _, r := range slices.Backward(ordered) {
		r.Candidate, r.Lane = true, LaneInactive
		must(t, s.AddRows(sc.ID, ScanChunk{Rows: []Row{r}, People: []Person{{AccountID: r.AccountID, Name: "name of " + r.AccountID}}}))
	}
	sc.EndedAt = t0
	r, _, err := s.Publish(sc, "slot", week)
	must(t, err)
	all, err := s.Candidates(r, t0)
	must(t, err)
	for i, c := range all {
		if c.Row.AccountID != ordered[i].AccountID || c.Person.Name != "name of "+c.Row.AccountID {
			t.Errorf("position %d has %+v, want %s", i, c, ordered[i].AccountID)
		}
	}
}

func TestRanksSortLikeRows(t *testing.T) {
	row := rapid.Custom(func(t *rapid.T) Row {
		return Row{
			AccountID:      rapid.SampledFrom([]string{"a", "b", "ab"}).Draw(t, "account"),
			ServiceAccount: rapid.Bool().Draw(t, "service"),
			LastActive:     time.Unix(rapid.Int64Range(-1e11, 1e11).Draw(t, "last"), 0),
		}
	})
	less := func(a, b Row) bool {
		switch {
		case a.ServiceAccount != b.ServiceAccount:
			return a.ServiceAccount
		case !a.LastActive.Equal(b.LastActive):
			return a.LastActive.Before(b.LastActive)
		}
		return a.AccountID < b.AccountID
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := row.Draw(t, "a"), row.Draw(t, "b")
		if got := bytes.Compare(a.rank(), b.rank()) < 0; got != less(a, b) {
			t.Errorf("a before b is %t, want %t", got, less(a, b))
		}
	})
}

func TestCandidateShowsWhatWasDecided(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b", "c")
	must(t, s.Exclude(Exclusion{AccountID: "a", By: ada, Since: t0, Until: t0.Add(time.Hour)}))
	approved(t, s, r, t0, "b")
	for _, c := range []struct {
		account string
		at      time.Time
		open    bool
	}{
		{"a", t0.Add(time.Hour - 1), false},
		{"a", t0.Add(time.Hour), true},
		{"b", t0, false},
		{"c", t0, true},
	} {
		if got, err := s.Candidate(r, c.account, c.at); err != nil || got.Open() != c.open {
			t.Errorf("%s at %v: %+v %v, want open %t", c.account, c.at, got, err, c.open)
		}
	}
	if _, err := s.Candidate(r, "stranger", t0); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	if (Candidate{Rule: "group:design"}).Open() {
		t.Error("a candidate with a rule is undecided")
	}
}

// TestKnown checks what a scan learns about accounts from earlier scans.
func TestKnown(t *testing.T) {
	s := newStore(t)
	sc, err := s.BeginScan(Scan{StartedAt: t0})
	must(t, err)
	must(t, s.AddRows(sc.ID, ScanChunk{Rows: []Row{candidateRow("listed"), {AccountID: "off", Lane: "already_off"}, {AccountID: "on", Lane: "active", CanLogIn: true}}}))
	sc.EndedAt = t0
	_, _, err = s.Publish(sc, "slot", week)
	must(t, err)
	must(t, s.Exclude(Exclusion{AccountID: "on", By: ada, Since: t0, Until: t0.Add(time.Hour)}))
	cut, err := s.BeginScan(Scan{StartedAt: t0.Add(time.Hour)}) // unfinished, so not used for comparison.
	must(t, err)
	must(t, s.AddRows(cut.ID, ScanChunk{Rows: []Row{{AccountID: "on", Lane: "already_off"}}}))
	failed := scanned(t, s, t0.Add(2*time.Hour), "new")
	failed.Problem = "unreachable"
	must(t, s.EndScan(failed)) // it read only a part of the directory.
	known, err := s.AccountStates([]string{"listed", "off", "on", "new"}, t0, t0)
	must(t, err)
	for i, want := range []AccountState{{WasCandidate: true}, {WasDisabled: true}, {}, {}} {
		got := known[i]
		if excluded := got.Exclusion.AccountID != ""; got.WasDisabled != want.WasDisabled || got.WasCandidate != want.WasCandidate || excluded != (i == 2) {
			t.Errorf("%d: got %+v, want %+v", i, got, want)
		}
	}
	if known, err = s.AccountStates([]string{"on"}, t0, t0.Add(time.Hour)); err != nil || known[0].Exclusion.AccountID != "" {
		t.Errorf("an ended exclusion is returned: %+v %v", known, err)
	}
	if known, err = newStore(t).AccountStates([]string{"a"}, t0, t0); err != nil || known[0] != (AccountState{}) {
		t.Errorf("an empty database returns %+v, %v", known, err)
	}
}

// TestReturnedIsNotOffAgain checks that a person whom this scan found active
// does not count as disabled, although the previous scan found the account
// disabled.
func TestReturnedIsNotOffAgain(t *testing.T) {
	s := newStore(t)
	sc, err := s.BeginScan(Scan{StartedAt: t0})
	must(t, err)
	must(t, s.AddRows(sc.ID, ScanChunk{Rows: []Row{{AccountID: "off", Lane: "already_off"}}}))
	sc.EndedAt = t0
	must(t, s.EndScan(sc))
	next, err := s.BeginScan(Scan{StartedAt: t0.Add(time.Hour)})
	must(t, err)
	must(t, s.AddRows(next.ID, ScanChunk{RestoredElsewhere: []string{"off"}, At: t0.Add(time.Hour)}))
	if known, err := s.AccountStates([]string{"off"}, t0, t0.Add(time.Hour)); err != nil || known[0].WasDisabled || !known[0].RestoredAt.Equal(t0.Add(time.Hour)) {
		t.Errorf("states: %+v %v", known, err)
	}
}

func BenchmarkCandidates(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := reopen(b, filepath.Join(b.TempDir(), "bot.db"))
			defer func() { must(b, s.Close()) }()
			r := published(b, s, t0, names(n)...)
			for b.Loop() {
				all, err := s.Candidates(r, t0)
				if err != nil || len(all) != n {
					b.Fatal(len(all), err)
				}
			}
		})
	}
}
