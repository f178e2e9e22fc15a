package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"inactivebot/storage"
)

// ran runs a subcommand and returns its output and exit code.
func ran(t *testing.T, args ...string) (printed string, code int) {
	t.Helper()
	var out bytes.Buffer
	code = run(context.Background(), args, &out, &out)
	return out.String(), code
}

func listFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func makeDatabase(t *testing.T, path string) {
	t.Helper()
	store, err := storage.Open(path)
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}
