package storage

import (
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"
)

var installationForm = regexp.MustCompile(`^[A-Z][A-Z2-7]{7}$`)

// TestInstallation checks that each database has its own id, that a restart keeps
// it, and that a backup that is put back gets a new one and knows the old.
func TestInstallation(t *testing.T) {
	dir := t.TempDir()
	path, copied := filepath.Join(dir, "a.db"), filepath.Join(dir, "copy.db")
	s := reopen(t, path)
	first := s.Installation()
	if !installationForm.MatchString(first.ID) || len(first.Previous) != 0 {
		t.Errorf("the installation is %+v", first)
	}
	must(t, s.Backup(copied, false, t0))
	must(t, s.Close())
	s = reopen(t, path)
	if got := s.Installation(); got.ID != first.ID {
		t.Errorf("after a restart it is %s, was %s", got.ID, first.ID)
	}
	must(t, s.Close())
	other := reopen(t, filepath.Join(dir, "b.db"))
	if got := other.Installation(); got.ID == first.ID {
		t.Error("two databases have the same installation")
	}
	must(t, other.Close())
	back := reopen(t, copied)
	_, err := back.InvalidateIfRolledBack(t0.Add(time.Hour))
	must(t, err)
	now := back.Installation()
	if now.ID == first.ID || !slices.Equal(now.Previous, []string{first.ID}) || !now.Has(first.ID) || !now.Has(now.ID) || now.Has("ABCDEFGH") {
		t.Errorf("a copy put back has %+v, was %s", now, first.ID)
	}
	must(t, back.Close())
	back = reopen(t, copied)
	if got := back.Installation(); got.ID != now.ID {
		t.Errorf("the new installation is not stored: %+v", got)
	}
	must(t, back.Close())
}

// TestInstallationOfAnOlderDatabase checks that copies of a database from before
// the ids get the same one.
func TestInstallationOfAnOlderDatabase(t *testing.T) {
	var ids []string
	for range 2 {
		s := reopen(t, releasedFile(t, 1))
		ids = append(ids, s.Installation().ID)
		must(t, s.Close())
	}
	if ids[0] != ids[1] || !installationForm.MatchString(ids[0]) {
		t.Errorf("the installations are %q", ids)
	}
}

func TestInstallationIDs(t *testing.T) {
	seen := map[string]bool{}
	for i := range 10_000 {
		id := installationID(string(rune(i)))
		if !installationForm.MatchString(id) || seen[id] {
			t.Fatalf("%q is no id, or was given before", id)
		}
		seen[id] = true
	}
}
