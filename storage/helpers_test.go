package storage

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"inactivebot/storage/storagetest"
)

// t0 is when the first scan of a test ends.
var t0 = time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)

const (
	week = 7 * 24 * time.Hour
	ada  = "U0ADA"
	bob  = "U0BOB"
)

// newStore opens an empty database. It does not sync to disk; crashes of the
// machine are not tested here.
func newStore(t testing.TB) *Store {
	t.Helper()
	s := reopen(t, filepath.Join(t.TempDir(), "bot.db"))
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func reopen(t rapid.TB, path string) *Store {
	t.Helper()
	s, err := Open(path)
	must(t, err)
	s.db.NoSync = true
	return s
}

func must(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}

// wantCause fails the test unless err is a refusal with this cause, or nil if
// want is empty.
func wantCause(t rapid.TB, err error, want Cause) Refusal {
	t.Helper()
	r, refused := AsRefusal(err)
	if err != nil && !refused || r.Cause != want {
		t.Fatalf("got %v, want the cause %q", err, want)
	}
	return r
}

// candidateRow returns the row of a candidate.
func candidateRow(account string) Row {
	return Row{AccountID: account, Lane: LaneInactive, CanLogIn: true, Candidate: true, LastActive: t0.AddDate(-1, 0, 0)}
}

// scanned returns a scan that ended at a time with these candidates.
func scanned(t rapid.TB, s *Store, at time.Time, accounts ...string) Scan {
	t.Helper()
	sc, err := s.BeginScan(Scan{By: Bot, StartedAt: at.Add(-time.Minute), InactiveDays: 180})
	must(t, err)
	seen := ScanChunk{At: at}
	for _, a := range accounts {
		seen.Rows = append(seen.Rows, candidateRow(a))
	}
	must(t, s.AddRows(sc.ID, seen))
	sc.EndedAt = at
	return sc
}

// published returns a report that was created at a time with these candidates.
func published(t rapid.TB, s *Store, at time.Time, accounts ...string) Report {
	t.Helper()
	r, created, err := s.Publish(scanned(t, s, at, accounts...), at.Format(time.RFC3339Nano), week)
	must(t, err)
	if !created {
		t.Fatalf("the slot %v already has a report", at)
	}
	return r
}

// approved returns a batch that ada approved with a cap that is never reached.
func approved(t rapid.TB, s *Store, r Report, at time.Time, accounts ...string) Batch {
	t.Helper()
	b, err := s.Approve(Decision{ReportID: r.ID, Hash: r.Hash, By: ada, At: at, People: accounts, Cap: 1000})
	must(t, err)
	return b
}

// claimed returns a step whose request may have been sent.
func claimed(t rapid.TB, s *Store, r Report, account string, at time.Time) Step {
	t.Helper()
	st, err := s.Claim(stepOf(r, account), rulesNow(s), nil, at)
	must(t, err)
	return st
}

// rulesNow returns the version of the stored rules.
func rulesNow(s *Store) uint64 {
	n, _ := s.RulesVersion()
	return n
}

// suspended returns a step of a person who was suspended.
func suspended(t rapid.TB, s *Store, r Report, account string, at time.Time) Step {
	t.Helper()
	st := claimed(t, s, r, account, at)
	must(t, s.Confirm(st, at))
	return stored(t, s, st)
}

// stepOf returns a step with its key only, which is all that storage reads.
func stepOf(r Report, account string) Step { return Step{ReportID: r.ID, AccountID: account} }

// stored returns the stored step.
func stored(t rapid.TB, s *Store, st Step) (have Step) {
	t.Helper()
	must(t, s.db.View(func(tx *bolt.Tx) (err error) {
		have, err = step(tx, st.ReportID, st.AccountID)
		return err
	}))
	return have
}

func wantStep(t rapid.TB, s *Store, st Step, state StepState, reason string) {
	t.Helper()
	if have := stored(t, s, st); have.State != state || have.Reason != reason {
		t.Errorf("%s is %s %q, want %s %q", st.AccountID, have.State, have.Reason, state, reason)
	}
}

func wantReport(t rapid.TB, s *Store, id uint64, want ReportState) Report {
	t.Helper()
	r, err := s.Report(id)
	must(t, err)
	if r.State != want {
		t.Errorf("report %d is %s, want %s", id, r.State, want)
	}
	return r
}

func wantBatch(t rapid.TB, s *Store, id uint64, want BatchState) Batch {
	t.Helper()
	b, err := s.Batch(id)
	must(t, err)
	if b.State != want {
		t.Errorf("batch %d is %s, want %s", id, b.State, want)
	}
	return b
}

// paused sets or removes the pause.
func paused(t rapid.TB, s *Store, on bool) {
	t.Helper()
	must(t, s.db.Update(func(tx *bolt.Tx) error {
		if on {
			return setMeta(tx, keyPause, Pause{By: bob, At: t0})
		}
		return meta.delete(tx, []byte(keyPause))
	}))
}

func wantCorrupt(t rapid.TB, err error, bucket string) {
	t.Helper()
	if c, ok := errors.AsType[ErrCorrupt](err); !ok || c.Bucket != bucket {
		t.Errorf("got %v, want ErrCorrupt of %s", err, bucket)
	}
	if errors.Is(err, ErrNotFound) {
		t.Errorf("%v is ErrNotFound, too", err)
	}
}

func names(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("712020:%05d", i))
	}
	return out
}

// dump returns all values of the database by bucket and key.
func dump(t testing.TB, s *Store) (all map[string]string) {
	t.Helper()
	must(t, s.db.View(func(tx *bolt.Tx) (err error) {
		all, err = storagetest.Dump(tx)
		return err
	}))
	return all
}
