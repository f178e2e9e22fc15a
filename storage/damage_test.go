package storage

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"
)

// usedFile returns the file of a database with pages of all kinds, and its
// values.
func usedFile(t *testing.T) (file []byte, content map[string]string) {
	t.Helper()
	s := busyStore(t)
	for i := range 6 { // pages of all kinds with free pages between them.
		at := t0.Add(time.Duration(i+1) * time.Hour)
		must(t, s.Exclude(Exclusion{AccountID: fmt.Sprint("x", i), By: ada, Since: at, Reason: strings.Repeat("long ", 200)}))
		scanned(t, s, at, names(20*i)...)
	}
	content = dump(t, s)
	must(t, s.db.View(func(tx *bolt.Tx) error {
		var b bytes.Buffer
		_, err := tx.WriteTo(&b)
		file = b.Bytes()
		return err
	}))
	return file, content
}

// openFile opens a file with this content. It checks that a rejected file is
// not changed.
func openFile(t *testing.T, file []byte) (*Store, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bot.db")
	must(t, os.WriteFile(path, file, 0o600))
	s, err := Open(path)
	if err == nil {
		s.db.NoSync = true
		t.Cleanup(func() { must(t, s.Close()) })
		return s, nil
	}
	if after, errRead := os.ReadFile(path); errRead != nil || !bytes.Equal(after, file) {
		t.Errorf("a rejected file was changed (%v)", errRead)
	}
	return nil, err
}

// wantDamaged fails the test unless the error describes the damage and how to
// continue.
func wantDamaged(t *testing.T, err error) {
	t.Helper()
	if _, ok := errors.AsType[ErrCorrupt](err); !ok {
		t.Fatalf("got %v, want ErrCorrupt", err)
	}
	for _, part := range []string{"bot.db", "database damaged", "replace the file with a backup"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not contain %q", err, part)
		}
	}
}

// TestTruncatedFileIsRefused truncates the file at page boundaries and between
// them.
func TestTruncatedFileIsRefused(t *testing.T) {
	whole, _ := usedFile(t)
	page := os.Getpagesize()
	for length := 1; length < len(whole); length += page / 2 {
		for _, cut := range []int{length, length - 1} {
			if cut == 0 {
				continue // an empty file is a new database.
			}
			if s, err := openFile(t, whole[:cut]); s != nil {
				t.Errorf("it opens with %d of %d bytes", cut, len(whole))
			} else {
				wantDamaged(t, err)
			}
		}
	}
}

// TestAnyFlippedBit checks that a flipped bit anywhere in the file is either
// reported or does not change any value.
func TestAnyFlippedBit(t *testing.T) {
	whole, content := usedFile(t)
	r := rand.New(rand.NewPCG(1, 2))
	detected := 0
	for range 400 {
		bit := r.IntN(8 * len(whole))
		if flipped(t, whole, bit, content) {
			detected++
		}
	}
	if detected == 0 || detected == 400 {
		t.Errorf("%d of 400 flipped bits were detected, want some in pages in use and some in unused ones", detected)
	}
	t.Logf("%d of 400 were detected, the others are in unused space", detected)
}

// flipped reports whether a flipped bit is detected. It fails the test if the
// bit is not detected and a value differs.
func flipped(t *testing.T, whole []byte, bit int, content map[string]string) (detected bool) {
	t.Helper()
	file := bytes.Clone(whole)
	file[bit/8] ^= 1 << (bit % 8)
	s, err := openFile(t, file)
	if err != nil {
		wantDamaged(t, err)
		return true
	}
	if have := dump(t, s); !maps.Equal(content, have) {
		t.Errorf("bit %d of byte %d: %s", bit%8, bit/8, cmp.Diff(content, have))
	}
	must(t, s.Exclude(Exclusion{AccountID: "later", By: ada, Since: t0}))
	if err := s.verify(schema); err != nil {
		t.Errorf("bit %d of byte %d: after the next write: %v", bit%8, bit/8, err)
	}
	return false
}

// TestFileCutShortWhileOpen checks that truncation of an open file is an error
// and ends all transactions.
func TestFileCutShortWhileOpen(t *testing.T) {
	whole, _ := usedFile(t)
	s, err := openFile(t, whole)
	must(t, err)
	must(t, os.Truncate(s.Path(), int64(3*os.Getpagesize())))
	_, err = s.Candidates(Report{ID: 1, ScanID: 1}, t0)
	wantDamaged(t, err)
	wantDamaged(t, s.Exclude(Exclusion{AccountID: "y", By: ada, Since: t0}))
	must(t, os.WriteFile(s.Path(), whole, 0o600))
	wantDamaged(t, s.Exclude(Exclusion{AccountID: "y", By: ada, Since: t0}))
}

// TestEmptyFileIsANewDatabase covers the only damage that looks like a new
// database. The greeting says that the bot has no history.
func TestEmptyFileIsANewDatabase(t *testing.T) {
	s, err := openFile(t, nil)
	must(t, err)
	if first, err := s.Greet(t0); !first || err != nil {
		t.Errorf("no greeting is planned: %t %v", first, err)
	}
	all, err := s.LiveReports()
	if len(all) > 0 || err != nil {
		t.Errorf("it has reports: %v %v", all, err)
	}
}
