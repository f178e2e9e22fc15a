package storage

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"

	"inactivebot/storage/boltfile"
)

// ErrNotFound reports a report, batch or person that is not stored.
var ErrNotFound = errors.New("not found")

// Actionable is an error that a person can resolve. Its text is Problem and Fix,
// separated by a semicolon.
type Actionable interface {
	error
	Problem() string // what is wrong.
	Fix() string     // what to do about it.
}

// ErrCorrupt reports a value, or a part of the file, that is not what was written.
type ErrCorrupt = boltfile.ErrCorrupt

// ErrNotWritten reports a decision that did not reach the disk. Nothing was changed.
type ErrNotWritten = boltfile.ErrNotWritten

// ErrReplaced reports a database file that was replaced while it was open. Nothing
// was changed.
type ErrReplaced = boltfile.ErrReplaced

// ErrNotOpened reports a database that cannot be opened, for example because its
// directory is missing.
type ErrNotOpened struct{ Cause error }

func (e ErrNotOpened) Error() string { return e.Problem() + "; " + e.Fix() }

// Problem says why the file cannot be opened.
func (e ErrNotOpened) Problem() string {
	return fmt.Sprintf("the database cannot be opened: %v", e.Cause)
}

// Fix says what to check.
func (e ErrNotOpened) Fix() string {
	return "check that its directory exists, or set INACTIVEBOT_DATABASE to another file"
}

// Unwrap returns the file system's error.
func (e ErrNotOpened) Unwrap() error { return e.Cause }

// ErrReadOnly reports a database that this process may not write.
type ErrReadOnly struct {
	Path  string
	UID   int // the user id that the program runs as.
	Cause error
}

func (e ErrReadOnly) Error() string { return e.Problem() + "; " + e.Fix() }

// Problem says what prevents writing.
func (e ErrReadOnly) Problem() string {
	if errors.Is(e.Cause, syscall.EROFS) {
		return fmt.Sprintf("the database %s is on a file system that is mounted read-only", e.Path)
	}
	return fmt.Sprintf("the database %s cannot be written by user id %d", e.Path, e.UID)
}

// Fix says how to make the file writable.
func (e ErrReadOnly) Fix() string {
	if errors.Is(e.Cause, syscall.EROFS) {
		return "mount it writable, or set INACTIVEBOT_DATABASE to another file"
	}
	return fmt.Sprintf("give the file and its directory to that user (chown %d %s %s), or set INACTIVEBOT_DATABASE to another file", e.UID, filepath.Dir(e.Path), e.Path)
}

// Unwrap returns the file system's error.
func (e ErrReadOnly) Unwrap() error { return e.Cause }

// ErrLocked reports a database that another process has open.
type ErrLocked struct {
	Path   string
	Holder string // the process that has it open, if known.
}

func (e ErrLocked) Error() string { return e.Problem() + "; " + e.Fix() }

// Problem names the process.
func (e ErrLocked) Problem() string {
	return fmt.Sprintf("the database %s is in use by %s", e.Path, e.Holder)
}

// Fix says how to release the file.
func (e ErrLocked) Fix() string {
	return "stop that process first, or set INACTIVEBOT_DATABASE to another file"
}

// ErrNewer reports a database that a later version of this program has written.
type ErrNewer struct {
	Path                    string
	Schema, SupportedSchema int
}

func (e ErrNewer) Error() string { return e.Problem() + "; " + e.Fix() }

// Problem compares the two versions.
func (e ErrNewer) Problem() string {
	return fmt.Sprintf("the database %s has schema %d, but this program supports only up to %d", e.Path, e.Schema, e.SupportedSchema)
}

// Fix says how to continue.
func (e ErrNewer) Fix() string { return "run the newer program, or restore an older backup" }
