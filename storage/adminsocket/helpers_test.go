package adminsocket

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"inactivebot/storage"
	"inactivebot/storage/storagetest"
)

// t0 is the time of all events in the tests.
var t0 = time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)

const ada = "U0ADA"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newStore opens an empty database.
func newStore(t *testing.T) *storage.Store {
	t.Helper()
	s, err := storage.Open(filepath.Join(t.TempDir(), "bot.db"))
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// busyStore returns a database with a person, exclusions, a scan, a report and
// a batch.
func busyStore(t *testing.T) *storage.Store {
	t.Helper()
	s := newStore(t)
	_, err := s.Greet(t0)
	must(t, err)
	must(t, s.SavePerson(storage.Person{AccountID: "a", Name: "Ada", Email: "ada@example.com"}))
	must(t, s.Exclude(storage.Exclusion{AccountID: "e", By: ada, Since: t0, Reason: "on leave"}))
	must(t, s.AddRule(storage.Rule{Rule: "group:design", By: ada, Since: t0}))
	sc, err := s.BeginScan(storage.Scan{By: storage.Bot, StartedAt: t0, InactiveDays: 180})
	must(t, err)
	rows := []storage.Row{
		{AccountID: "a", Lane: storage.LaneInactive, CanLogIn: true, Candidate: true, LastActive: t0.AddDate(-1, 0, 0)},
		{AccountID: "b", Lane: storage.LaneInactive, CanLogIn: true, Candidate: true, LastActive: t0.AddDate(-2, 0, 0)},
	}
	must(t, s.AddRows(sc.ID, storage.ScanChunk{Rows: rows, At: t0}))
	sc.EndedAt = t0
	r, _, err := s.Publish(sc, "slot", time.Hour)
	must(t, err)
	_, err = s.Approve(storage.Decision{ReportID: r.ID, Hash: r.Hash, By: ada, At: t0, People: []string{"a"}, Cap: 9})
	must(t, err)
	return s
}

// dump returns all values of a copy of the database by bucket and key.
func dump(t *testing.T, s *storage.Store) (all map[string]string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "everything.db")
	file, err := os.Create(path)
	must(t, err)
	_, err = s.WriteTo(file)
	must(t, errors.Join(err, file.Close()))
	db, err := bolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.View(func(tx *bolt.Tx) (err error) {
		all, err = storagetest.Dump(tx)
		return err
	}))
	must(t, db.Close())
	return all
}
