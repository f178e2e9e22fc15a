package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBackup(t *testing.T) {
	path, head := auditedDatabase(t)
	copied := filepath.Join(t.TempDir(), "copy.db")
	if got, code := ran(t, "backup", copied, "--database", path); code != 0 || !strings.Contains(got, "Backup written and verified") {
		t.Fatalf("exit code %d: %s", code, got)
	}
	if got, code := ran(t, "backup", copied, "--database", path); code != 1 || !strings.Contains(got, "--force") {
		t.Errorf("exit code %d: %s; want the error that the file exists", code, got)
	}
	if got, code := ran(t, "backup", path, "--force", "--database", path); code != 1 || !strings.Contains(got, "the database itself") {
		t.Errorf("exit code %d: %s; want the error that it is the database itself", code, got)
	}
	if got, code := ran(t, "backup", copied, "--force", "--database", path); code != 0 {
		t.Errorf("exit code %d: %s", code, got)
	}
	if got, code := ran(t, "audit", "verify", "--head", head, "--database", copied); code != 0 {
		t.Errorf("exit code %d: %s", code, got)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup is %v, %v; want 0600", info.Mode(), err)
	}
}
