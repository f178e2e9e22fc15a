package boltfile

import (
	"cmp"
	"fmt"
)

// ErrCorrupt is a value, or a part of the file, that is not what was written.
type ErrCorrupt struct {
	Bucket string // of the value; empty where the damage is in no value.
	Key    string
	Path   string // the file, where it is known.
	What   string // the damage, where it is in no value.
}

func (e ErrCorrupt) Error() string {
	what := e.What
	if what == "" {
		what = fmt.Sprintf("%s %s does not match its checksum", e.Bucket, e.Key)
	}
	return fmt.Sprintf("database damaged: %s: something other than this program has changed %s, perhaps a failing disk or a copy that broke off. "+
		"Nothing is done with it. Put a backup copy in its place; without one, move it away: the bot then starts with an empty database, "+
		"knows no exclusions and no history, and suspends nobody before a new scan is approved", what, cmp.Or(e.Path, "the file"))
}

// ErrNotWritten is a decision that did not reach the disk. Nothing was changed.
type ErrNotWritten struct {
	Path  string
	Cause error
}

func (e ErrNotWritten) Error() string {
	return fmt.Sprintf("the database %s cannot be written, and nothing was changed: %v; see whether the disk is full or broken", e.Path, e.Cause)
}

// Unwrap is the file system's error.
func (e ErrNotWritten) Unwrap() error { return e.Cause }
