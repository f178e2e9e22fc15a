package boltfile

import (
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"
)

// ErrReplaced reports a database file that was replaced, moved or removed while it
// was open. Nothing was changed: what is written to it now would be lost.
type ErrReplaced struct {
	Path    string
	SavedAs string // a copy of what this program had stored; empty: none.
}

func (e ErrReplaced) Error() string { return e.Problem() + "; " + e.Fix() }

// Problem says what happened to the file.
func (e ErrReplaced) Problem() string {
	return fmt.Sprintf("the database file %s was replaced, moved or removed while this program was using it", e.Path)
}

// Fix says how to continue.
func (e ErrReplaced) Fix() string {
	fix := "put the right file at this path and start the program again"
	if e.SavedAs != "" {
		fix += "; what it had stored is in " + e.SavedAs
	}
	return fix
}

// CheckReplaced returns an [ErrReplaced] if the file at the path is no longer the
// open one.
func (g *DB) CheckReplaced() error {
	if g.private {
		return nil
	}
	now, err := os.Stat(g.Path())
	if err != nil && !os.IsNotExist(err) {
		return nil //nolint:nilerr // whether it was replaced is not known; a write reports its own error.
	}
	own, errOwn := g.file.Stat()
	if err != nil || errOwn == nil && !os.SameFile(own, now) {
		return ErrReplaced{Path: g.Path()}
	}
	return nil
}

// checkReplaced also notices a file that was overwritten in place: its last
// transaction is not the one that this process wrote.
func (g *DB) checkReplaced(tx *bolt.Tx) error {
	if g.lastTx != 0 && tx.ID() != g.lastTx+1 {
		return ErrReplaced{Path: g.Path()}
	}
	return g.CheckReplaced()
}
