package storagetest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// Dump returns all values of a database by bucket path and key, including those
// in nested buckets.
func Dump(tx *bolt.Tx) (map[string]string, error) {
	all := map[string]string{}
	err := tx.ForEach(func(name []byte, b *bolt.Bucket) error { return flatten(string(name), b, all) })
	return all, err
}

func flatten(path string, b *bolt.Bucket, into map[string]string) error {
	return b.ForEach(func(k, v []byte) error {
		at := fmt.Sprintf("%s/%q", path, k)
		if v == nil {
			return flatten(at, b.Bucket(k), into)
		}
		into[at] = string(v)
		return nil
	})
}

// WantMode fails the test unless the file has these permissions.
func WantMode(t testing.TB, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != want {
		t.Errorf("%s has mode %o, want %o", filepath.Base(path), info.Mode().Perm(), want)
	}
}

// WantNoTempFiles fails the test if temporary files are left in the directory of
// path.
func WantNoTempFiles(t testing.TB, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".part") || strings.HasPrefix(e.Name(), ".s") {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}
