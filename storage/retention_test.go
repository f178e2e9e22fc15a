package storage

import (
	"errors"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// saveNames stores people with names.
func saveNames(t *testing.T, s *Store, accounts ...string) {
	t.Helper()
	for _, a := range accounts {
		must(t, s.SavePerson(Person{AccountID: a, Name: "Name of " + a, Email: a + "@example.com"}))
	}
}

// wantNames fails the test unless the names of these people are stored, or not
// stored if want is false.
func wantNames(t *testing.T, s *Store, want bool, accounts ...string) {
	t.Helper()
	for _, a := range accounts {
		p, err := s.Person(a)
		must(t, err)
		if got := p.Name != ""; got != want {
			t.Errorf("the name of %s is stored: %t, want %t", a, got, want)
		}
	}
}

// textCount returns the number of stored free texts.
func textCount(t *testing.T, s *Store) (n int) {
	t.Helper()
	must(t, s.db.View(func(tx *bolt.Tx) error {
		n = len(readTable(tx, texts))
		return nil
	}))
	return n
}

func TestSweep(t *testing.T) {
	s := newStore(t)
	first := published(t, s, t0, "gone", "kept", "ours", "listed")
	must(t, s.Exclude(Exclusion{AccountID: "kept", By: ada, Since: t0, Reason: "on leave"}))
	must(t, s.Exclude(Exclusion{AccountID: "gone", By: ada, Since: t0, Reason: "a mistake"}))
	must(t, s.Include("gone", ada, t0.Add(time.Minute)))
	b, err := s.Approve(Decision{ReportID: first.ID, Hash: first.Hash, By: ada, At: t0, People: []string{"ours"}, Cap: 10, Note: "agreed"})
	must(t, err)
	suspended(t, s, first, "ours", t0)
	second := published(t, s, t0.Add(week), "listed")
	published(t, s, t0.Add(2*week), "listed")
	published(t, s, t0.Add(3*week), "listed")
	saveNames(t, s, "gone", "kept", "ours", "listed", "stranger")

	for name, before := range map[string]time.Time{"nothing is old": t0, "only the first": t0.Add(week)} {
		n, err := s.Sweep(before, t0.Add(4*week))
		must(t, err)
		if want := map[string]int{"nothing is old": 0, "only the first": 1}[name]; n.Reports > want {
			t.Errorf("%s: %d reports swept, want at most %d", name, n.Reports, want)
		}
	}
	wantNames(t, s, true, "kept", "ours", "listed")
	wantNames(t, s, false, "gone", "stranger")
	if got := textCount(t, s); got != 1 {
		t.Errorf("%d free texts, want the reason of the exclusion in effect", got)
	}
	r, err := s.Report(first.ID)
	must(t, err)
	if r.SweptAt.IsZero() || r.Version == r.PostedVersion {
		t.Errorf("the old report is %+v, want swept and stale", r)
	}
	if got, err := s.Candidates(r, t0); err != nil || len(got) != 0 {
		t.Errorf("it still has candidates %v %v", got, err)
	}
	if got, err := s.Batch(b.ID); err != nil || got.Note != "" {
		t.Errorf("its batch has the note %q %v", got.Note, err)
	}
	if got, err := s.Report(second.ID); err != nil || !got.SweptAt.IsZero() {
		t.Errorf("a newer report is swept: %v", err)
	}
	if _, err := s.Restore("ours", ada, t0.Add(5*week)); err != nil {
		t.Errorf("a person suspended by the swept report cannot be restored: %v", err)
	}
	if _, err := s.VerifyAudit(""); err != nil {
		t.Error(err)
	}
	checkConsistent(t, s)
	again, err := s.Sweep(t0.Add(week), t0.Add(6*week))
	must(t, err)
	if again != (SweepResult{}) {
		t.Errorf("a second sweep deletes %+v", again)
	}
}

// TestSweepLeavesLiveReports checks that people of a live report keep their
// names, regardless of its age.
func TestSweepLeavesLiveReports(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a")
	saveNames(t, s, "a")
	n, err := s.Sweep(t0.Add(100*week), t0.Add(100*week))
	must(t, err)
	if got, err := s.Candidates(r, t0); err != nil || len(got) != 1 || n != (SweepResult{}) {
		t.Errorf("swept %+v of a live report, which lists %v %v", n, got, err)
	}
	wantNames(t, s, true, "a")
}

func TestForget(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	saveNames(t, s, "a", "b")
	must(t, s.Exclude(Exclusion{AccountID: "a", By: ada, Since: t0, Reason: "on leave"}))
	must(t, s.Exclude(Exclusion{AccountID: "b", By: ada, Since: t0, Reason: "a colleague's reason"}))
	must(t, s.MarkPosted(r.ID, versionOf(t, s, r), Message{Channel: "C", TS: "1"}))
	must(t, s.Forget("a", "U0ADA", t0.Add(time.Hour)))
	wantNames(t, s, false, "a")
	wantNames(t, s, true, "b")
	if e, ok, err := s.Exclusion("a", t0); err != nil || !ok || e.Reason != "" {
		t.Errorf("the exclusion is %+v %t %v, want in effect without a reason", e, ok, err)
	}
	if got := textCount(t, s); got != 1 {
		t.Errorf("%d free texts, want the other person's", got)
	}
	if stale, err := s.StaleReports(); err != nil || len(stale) != 1 {
		t.Errorf("%d messages are stale, want the one that names the person (%v)", len(stale), err)
	}
	if _, err := s.VerifyAudit(""); err != nil {
		t.Error(err)
	}
	if err := s.Forget("nobody", ada, t0); !errors.Is(err, ErrNotFound) {
		t.Errorf("forgetting an unknown person: %v", err)
	}
	checkConsistent(t, s)
}

func versionOf(t *testing.T, s *Store, r Report) uint64 {
	t.Helper()
	have, err := s.Report(r.ID)
	must(t, err)
	return have.Version
}
