package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inactivebot/storage"
)

// auditedDatabase makes a database with three exclusions in its audit log and
// returns the hash of the last line.
func auditedDatabase(t *testing.T) (path, head string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "audited.db")
	store, err := storage.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range []string{"712020:a", "712020:b", "712020:c"} {
		e := storage.Exclusion{AccountID: account, By: "U0APPROVER1", Since: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC), Reason: "on leave"}
		if err := store.Exclude(e); err != nil {
			t.Fatal(err)
		}
	}
	lines, err := store.AuditEntries(1, func(storage.AuditEntry) bool { return true })
	if err != nil || len(lines) == 0 {
		t.Fatal("no line", err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return path, lines[0].Hash
}

func TestAudit(t *testing.T) {
	path, head := auditedDatabase(t)
	tests := map[string]struct {
		args []string
		code int
		want string
	}{
		"whole":         {[]string{"audit", "verify"}, 0, "is intact: 3 lines"},
		"known head":    {[]string{"audit", "verify", "--head", head}, 0, "is intact"},
		"missing head":  {[]string{"audit", "verify", "--head", strings.Repeat("0", 64)}, 1, "truncated or replaced"},
		"as lines":      {[]string{"audit", "export"}, 0, `"account":"712020:b"`},
		"as a table":    {[]string{"audit", "export", "--format", "csv"}, 0, ",exclude,712020:c,"},
		"of a day":      {[]string{"audit", "export", "--since", "2026-05-05"}, 0, ""},
		"a wrong day":   {[]string{"audit", "export", "--since", "friday"}, exitMistake, "YYYY-MM-DD"},
		"no database":   {[]string{"audit", "verify", "--database", path + ".none"}, 1, "there is no database"},
		"unknown order": {[]string{"audit", "burn"}, exitMistake, "--help"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			args := test.args
			if !strings.Contains(strings.Join(args, " "), "--database") {
				args = append(args, "--database", path)
			}
			if code := run(context.Background(), args, &out, &errs); code != test.code {
				t.Errorf("exit code %d, want %d: %s", code, test.code, errs.String())
			}
			if got := out.String() + errs.String(); !strings.Contains(got, test.want) {
				t.Errorf("printed %q, want %q in it", got, test.want)
			}
			if strings.Contains(out.String(), "on leave") {
				t.Error("a line contains free text")
			}
		})
	}
}

func TestAuditExportIsJSONLines(t *testing.T) {
	path, _ := auditedDatabase(t)
	var out, errs bytes.Buffer
	if code := run(context.Background(), []string{"audit", "export", "--database", path}, &out, &errs); code != 0 {
		t.Fatal(errs.String())
	}
	for text := range strings.Lines(out.String()) {
		var l storage.AuditEntry
		if err := json.Unmarshal([]byte(text), &l); err != nil || l.Hash == "" {
			t.Errorf("line %q: %v", text, err)
		}
	}
}
