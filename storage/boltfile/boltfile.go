package boltfile

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
)

// DB is a bbolt database in which damage is an error. bbolt panics on an
// invalid page, and reading a memory-mapped file that was truncated is a fault;
// both become an [ErrCorrupt]. The state in memory after a panic is unknown, so
// no transaction starts after the first one.
type DB struct {
	*bolt.DB
	file    *os.File // the file of DB, which holds the lock.
	damaged atomic.Pointer[ErrCorrupt]
}

// lockTimeout is how long [Open] waits for another process to release the file:
// long enough for one that is shutting down.
const lockTimeout = 2 * time.Second

// Open opens the file at path and creates it if it does not exist. If another
// process has it open, the error is ErrTimeout of bbolt.
func Open(path string) (*DB, error) { return open(path, false) }

// OpenReadOnly opens an existing file without changing it.
func OpenReadOnly(path string) (*DB, error) { return open(path, true) }

func open(path string, readOnly bool) (*DB, error) {
	g, isNew := &DB{}, isEmpty(path)
	err := g.guard(path, func() (err error) {
		g.DB, err = bolt.Open(path, 0o600, &bolt.Options{
			ReadOnly: readOnly, Timeout: lockTimeout, FreelistType: bolt.FreelistMapType,
			OpenFile: func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
				g.file, err = os.OpenFile(name, flag, mode)
				return g.file, err
			},
		})
		return err
	})
	if g.damaged.Load() != nil {
		_ = g.file.Close() // bbolt did not close it; this releases the lock.
	}
	if isNew && IsDiskFull(err) {
		truncateIncomplete(path)
	}
	return g, err
}

// View runs a read-only transaction.
func (g *DB) View(fn func(*bolt.Tx) error) error { return g.transaction(g.DB.View, fn) }

// Update runs a transaction that is committed if it returns no error. A failed
// commit is an [ErrNotWritten].
func (g *DB) Update(fn func(*bolt.Tx) error) error {
	succeeded := false
	err := g.transaction(g.DB.Update, func(tx *bolt.Tx) error {
		err := fn(tx)
		succeeded = err == nil
		return err
	})
	if err == nil || !succeeded || g.damaged.Load() != nil {
		return err
	}
	return ErrNotWritten{Path: g.Path(), Cause: err}
}

func (g *DB) transaction(run func(func(*bolt.Tx) error) error, fn func(*bolt.Tx) error) error {
	if damage := g.damaged.Load(); damage != nil {
		return *damage
	}
	return g.guard(g.Path(), func() error { return run(fn) })
}

// guard returns a panic or a fault in fn as an [ErrCorrupt].
func (g *DB) guard(path string, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch p := recover().(type) {
		case nil:
		case string, error:
			damage := ErrCorrupt{Path: path, What: panicText(p)}
			g.damaged.Store(&damage)
			err = damage
		default:
			panic(p)
		}
	}()
	return fn()
}

// panicText describes the panic. A runtime error is about the program that met
// the damage, not about the file.
func panicText(p any) string {
	if _, ok := p.(runtime.Error); ok {
		return "a part of it is missing or invalid"
	}
	return strings.TrimPrefix(fmt.Sprint(p), "assertion failed: ")
}

// Close closes the file. After a panic it closes only the file descriptor,
// which releases the lock on the file, because bbolt's own Close could wait
// forever for a mutex.
func (g *DB) Close() error {
	if g.damaged.Load() != nil {
		return g.file.Close()
	}
	return g.DB.Close()
}
