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

// usedFile returns the file of a database in which much has happened, and what
// can be read from it.
func usedFile(t *testing.T) (file []byte, content map[string]string) {
	t.Helper()
	s := busyStore(t)
	for i := range 6 { // pages of every kind, and free ones between them.
		at := t0.Add(time.Duration(i+1) * time.Hour)
		must(t, s.Exclude(Exclusion{AccountID: fmt.Sprint("x", i), By: ada, Since: at, Reason: strings.Repeat("long ", 200)}))
		scanned(t, s, at, names(20*i)...)
	}
	content = everything(t, s)
	must(t, s.db.View(func(tx *bolt.Tx) error {
		var b bytes.Buffer
		_, err := tx.WriteTo(&b)
		file = b.Bytes()
		return err
	}))
	return file, content
}

// opened returns what comes of opening a file with this content.
func opened(t *testing.T, file []byte) (*Store, error) {
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
		t.Errorf("a file that was refused was changed (%v)", errRead)
	}
	return nil, err
}

// wantDamaged fails unless the error says that the file is damaged, and what to
// do.
func wantDamaged(t *testing.T, err error) {
	t.Helper()
	if _, ok := errors.AsType[ErrCorrupt](err); !ok {
		t.Fatalf("got %v, want ErrCorrupt", err)
	}
	for _, words := range []string{"bot.db", "database damaged", "replace the file with a backup"} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("%q does not say %q", err, words)
		}
	}
}

// TestTruncatedFileIsRefused cuts the file at page borders and in between.
func TestTruncatedFileIsRefused(t *testing.T) {
	whole, _ := usedFile(t)
	page := os.Getpagesize()
	for length := 1; length < len(whole); length += page / 2 {
		for _, cut := range []int{length, length - 1} {
			if cut == 0 {
				continue // an empty file is a new database.
			}
			if s, err := opened(t, whole[:cut]); s != nil {
				t.Errorf("cut to %d of %d bytes it opens", cut, len(whole))
			} else {
				wantDamaged(t, err)
			}
		}
	}
}

// TestAnyFlippedBit: a flipped bit anywhere in the file is refused, or changes
// nothing that was written.
func TestAnyFlippedBit(t *testing.T) {
	whole, content := usedFile(t)
	r := rand.New(rand.NewPCG(1, 2))
	noticed := 0
	for range 400 {
		bit := r.IntN(8 * len(whole))
		if flipped(t, whole, bit, content) {
			noticed++
		}
	}
	if noticed == 0 || noticed == 400 {
		t.Errorf("%d of 400 flipped bits were noticed, want some in pages in use and some not", noticed)
	}
	t.Logf("%d of 400 were noticed, the others are in places that nothing is read from", noticed)
}

// flipped reports whether a flipped bit is noticed, and fails where it is not
// and anything reads differently.
func flipped(t *testing.T, whole []byte, bit int, content map[string]string) (noticed bool) {
	t.Helper()
	file := bytes.Clone(whole)
	file[bit/8] ^= 1 << (bit % 8)
	s, err := opened(t, file)
	if err != nil {
		wantDamaged(t, err)
		return true
	}
	if have := everything(t, s); !maps.Equal(content, have) {
		t.Errorf("bit %d of byte %d: %s", bit%8, bit/8, cmp.Diff(content, have))
	}
	must(t, s.Exclude(Exclusion{AccountID: "later", By: ada, Since: t0}))
	if err := s.verify(schema); err != nil {
		t.Errorf("bit %d of byte %d: after the next write: %v", bit%8, bit/8, err)
	}
	return false
}

// TestFileCutShortWhileOpen: what a running program meets is an error too, and
// the end of all transactions.
func TestFileCutShortWhileOpen(t *testing.T) {
	whole, _ := usedFile(t)
	s, err := opened(t, whole)
	must(t, err)
	must(t, os.Truncate(s.Path(), int64(3*os.Getpagesize())))
	_, err = s.Candidates(Report{ID: 1, ScanID: 1}, t0)
	wantDamaged(t, err)
	wantDamaged(t, s.Exclude(Exclusion{AccountID: "y", By: ada, Since: t0}))
	must(t, os.WriteFile(s.Path(), whole, 0o600))
	wantDamaged(t, s.Exclude(Exclusion{AccountID: "y", By: ada, Since: t0}))
}

// TestEmptyFileIsANewDatabase: an empty file is the only damage that looks like a
// new database. The bot says that it knows no history.
func TestEmptyFileIsANewDatabase(t *testing.T) {
	s, err := opened(t, nil)
	must(t, err)
	if first, err := s.Greet(t0); !first || err != nil {
		t.Errorf("the greeting is not planned: %t %v", first, err)
	}
	all, err := s.LiveReports()
	if len(all) > 0 || err != nil {
		t.Errorf("it has reports: %v %v", all, err)
	}
}
