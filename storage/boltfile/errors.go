package boltfile

import (
	"cmp"
	"fmt"
)

// ErrCorrupt reports a value, or a part of the file, that differs from what was
// written.
type ErrCorrupt struct {
	Bucket string // of the value; empty if no single value is damaged.
	Key    string
	Path   string // the file, if known.
	What   string // the damage, if no single value is damaged.
}

func (e ErrCorrupt) Error() string { return e.Problem() + "; " + e.Fix() }

// Problem describes the damage.
func (e ErrCorrupt) Problem() string {
	what := e.What
	if what == "" {
		what = fmt.Sprintf("%s %s does not match its checksum", e.Bucket, e.Key)
	}
	return fmt.Sprintf("database damaged: %s: something other than this program has changed %s, for example a failing disk or an interrupted copy. "+
		"The file is not used", what, cmp.Or(e.Path, "the file"))
}

// Fix says how to continue.
func (e ErrCorrupt) Fix() string {
	return "replace the file with a backup. Without a backup, move the file away: the bot then starts with an empty database, " +
		"without exclusions and history, and suspends no one until a new scan is approved"
}

// ErrNotWritten reports a transaction that did not reach the disk. Nothing was
// changed.
type ErrNotWritten struct {
	Path  string
	Cause error
}

func (e ErrNotWritten) Error() string { return e.Problem() + "; " + e.Fix() }

// Problem says why the file cannot be written.
func (e ErrNotWritten) Problem() string {
	return fmt.Sprintf("the database %s cannot be written, and nothing was changed: %v", e.Path, e.Cause)
}

// Fix says what to check.
func (e ErrNotWritten) Fix() string { return "check whether the disk is full or failing" }

// Unwrap returns the file system's error.
func (e ErrNotWritten) Unwrap() error { return e.Cause }
