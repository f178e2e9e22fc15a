package storage

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"

	"inactivebot/storage/boltfile"
)

// ErrExists reports a file that a backup would have overwritten.
type ErrExists struct{ Path string }

func (e ErrExists) Error() string {
	return fmt.Sprintf("the file %s already exists; nothing was written", e.Path)
}

// WriteTo writes a consistent copy of the whole database. Other transactions
// continue meanwhile, unless the file has to grow.
func (s *Store) WriteTo(w io.Writer) (n int64, err error) {
	return view(s, func(tx *bolt.Tx) (int64, error) { return tx.WriteTo(w) })
}

// Backup writes a copy of the database to a file with mode 0600. The copy is
// marked as a backup, so that a bot that starts on it invalidates everything
// that was open (see [Store.InvalidateIfRolledBack]). It is verified before it
// gets its name. The error is an [ErrExists] if the file exists and overwrite
// is false.
func (s *Store) Backup(path string, overwrite bool, now time.Time) error {
	return s.saveCopy(path, overwrite, now, s.history)
}

// CheckReplaced returns an [ErrReplaced] if the file at the path is no longer the
// open one. Every write checks it, too.
func (s *Store) CheckReplaced() error { return s.db.CheckReplaced() }

// SetAside saves what was stored in a file that was replaced, beside its path. It
// returns the copy's path.
func (s *Store) SetAside(now time.Time) (path string, err error) {
	path = s.path + replacedSuffix + now.UTC().Format("20060102T150405Z")
	return path, s.saveCopy(path, false, now, s.history)
}

// replacedSuffix precedes the time in the name of a copy by [Store.SetAside].
const replacedSuffix = ".replaced-"

// SetAsideCopies returns the paths of the copies that [Store.SetAside] left beside
// a database.
func SetAsideCopies(path string) ([]string, error) { return filepath.Glob(path + replacedSuffix + "*") }

func (s *Store) saveCopy(path string, overwrite bool, now time.Time, history []migration) error {
	if _, err := os.Lstat(path); err == nil && !overwrite {
		return ErrExists{path}
	}
	part, err := s.writePart(path)
	if err != nil {
		return fmt.Errorf("back up the database to %s: %w", path, err)
	}
	defer os.Remove(part) // after a rename it no longer exists.
	if err := markBackup(part, now, history); err != nil {
		return fmt.Errorf("verify the backup: %w", err)
	}
	return renameInto(part, path, overwrite)
}

// writePart writes the backup to a temporary file next to path, with mode 0600.
func (s *Store) writePart(path string) (part string, err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return "", err
	}
	_, err = s.WriteTo(file)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// markBackup marks a file as a backup and then verifies all of it.
func markBackup(path string, now time.Time, history []migration) error {
	db, err := boltfile.Open(path)
	if err != nil {
		return openError(path, err)
	}
	err = db.Update(func(tx *bolt.Tx) error { return setMeta(tx, keyBackup, now.UTC()) })
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	if db, err = boltfile.Open(path); err != nil {
		return openError(path, err)
	}
	s := openedStore(db, path, history)
	return errors.Join(s.verify(len(history)), db.Close())
}

// renameInto gives a finished file its name. Without overwrite it does not
// replace an existing file; on a file system without hard links, a file created
// at the same moment can be missed.
func renameInto(part, path string, overwrite bool) error {
	if !overwrite {
		switch err := os.Link(part, path); {
		case errors.Is(err, fs.ErrExist):
			return ErrExists{path}
		case err == nil:
			return syncDir(filepath.Dir(path))
		}
	}
	if err := os.Rename(part, path); err != nil {
		return fmt.Errorf("rename the backup: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// syncDir flushes a new file name to disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync the directory of the backup: %w", err)
	}
	_ = d.Sync() // some file systems do not support it.
	return d.Close()
}

// IsBackup returns the time at which the database was backed up. It reports
// false if the database is not a backup.
func (s *Store) IsBackup() (at time.Time, ok bool, err error) {
	return readMeta[time.Time](s, keyBackup)
}

// OpenCopy opens a copy of the database at path that was written to file.
// Changes to the copy are lost. Errors name path.
func OpenCopy(file, path string) (*Store, error) {
	db, err := boltfile.OpenPrivate(file)
	if err != nil {
		return nil, openError(path, err)
	}
	s := openedStore(db, path, migrations)
	s.isCopy = true
	if err := s.verify(len(s.history)); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}
