package e2e

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"inactivebot/storage"
)

// TestReplacedWhileItRuns copies the database of the running bot over its path and
// presses: the bot ends with exit code 1, says so on its output and in the channel,
// and saves what it had; the file that replaced it is not touched.
func TestReplacedWhileItRuns(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "60", "--candidates", "10")
	ada := s.addresses.Users.Approver
	p := s.serve()
	s.command(ada, "scan")
	rows, _ := s.waitReport()
	s.press(ada, "exclude", rows[0])
	s.waitMessage("excluded *")
	path := filepath.Join(s.dir, "inactivebot.db")
	body, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path+".new", body, 0o600)
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.press(ada, "exclude", rows[1])
	if code := p.waitExit(waitTimeout); code != 1 || !containsAll(p.out.String(), []string{"was replaced, moved or removed", "what it had stored is in inactivebot.db.replaced-"}) {
		t.Errorf("the bot ended with code %d", code)
	}
	s.waitMessage("inactivebot has stopped: its database file was replaced")
	saved, err := storage.SetAsideCopies(path)
	if err != nil || len(saved) != 1 {
		t.Fatalf("the saved copies are %q, %v", saved, err)
	}
	for file, marked := range map[string]bool{path: false, saved[0]: true} {
		store, err := storage.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		all, errAll := store.Exclusions(time.Now())
		_, backup, errMark := store.IsBackup()
		if errAll != nil || errMark != nil || len(all) != 1 || backup != marked {
			t.Errorf("%s has %d exclusions and is marked as a backup: %t", filepath.Base(file), len(all), backup)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}
}
