package storage

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"

	"inactivebot/storage/boltfile"
)

// ErrNotFound is a report, batch or person that is not stored.
var ErrNotFound = errors.New("not found")

// ErrCorrupt is a value, or a part of the file, that is not what was written.
type ErrCorrupt = boltfile.ErrCorrupt

// ErrNotWritten is a decision that did not reach the disk. Nothing was changed.
type ErrNotWritten = boltfile.ErrNotWritten

// ErrReadOnly is a database that cannot be written.
type ErrReadOnly struct {
	Path  string
	UID   int // as whom the program runs.
	Cause error
}

func (e ErrReadOnly) Error() string {
	if errors.Is(e.Cause, syscall.EROFS) {
		return fmt.Sprintf("the database %s is on a file system that is mounted read-only; mount it writable, or name another file with INACTIVEBOT_DATABASE", e.Path)
	}
	return fmt.Sprintf("the database %s cannot be written by user id %d; give the file and its directory to that user (chown %d %s %s), or name another file with INACTIVEBOT_DATABASE",
		e.Path, e.UID, e.UID, filepath.Dir(e.Path), e.Path)
}

// Unwrap is the file system's error.
func (e ErrReadOnly) Unwrap() error { return e.Cause }

// ErrLocked is a database that another process has open.
type ErrLocked struct {
	Path   string
	Holder string // who holds it, as far as it can be told.
}

func (e ErrLocked) Error() string {
	return fmt.Sprintf("the database %s is in use by %s; stop it first, or name another file with INACTIVEBOT_DATABASE", e.Path, e.Holder)
}

// ErrNewer is a database written by a later version of this program.
type ErrNewer struct {
	Path       string
	Have, Know int
}

func (e ErrNewer) Error() string {
	return fmt.Sprintf("the database %s has schema %d, this program knows up to %d; run the newer program, or go back to a backup", e.Path, e.Have, e.Know)
}
