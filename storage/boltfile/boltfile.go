package boltfile

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
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
	writing sync.Mutex // held by a transaction that writes, until its commit handlers have run.
	lastTx  int        // the id of the last transaction that wrote; 0: not known.
	private bool       // no other process knows the file, which may have no name any more.
}

// lockTimeout is how long [Open] waits for another process to release the file:
// long enough for one that is shutting down.
const lockTimeout = 2 * time.Second

// Open opens the file at path and creates it if it does not exist. If another
// process has it open, the error is ErrTimeout of bbolt.
func Open(path string) (*DB, error) { return open(path, false) }

// OpenPrivate opens a file that only this process knows. It may be removed while
// it is open.
func OpenPrivate(path string) (*DB, error) {
	db, err := open(path, false)
	if err == nil {
		db.private = true
	}
	return db, err
}

// OpenReadOnly opens an existing file without changing it.
func OpenReadOnly(path string) (*DB, error) { return open(path, true) }

func open(path string, readOnly bool) (*DB, error) {
	g, isNew := &DB{}, isEmpty(path)
	err := g.guard(path, func() (err error) {
		g.DB, err = bolt.Open(path, 0o600, &bolt.Options{
			ReadOnly: readOnly, Timeout: lockTimeout, FreelistType: bolt.FreelistMapType,
			OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
				if name == path && g.file != nil {
					return g.reopen(flag)
				}
				file, err := os.OpenFile(name, flag, mode)
				if name == path {
					g.file = file
				}
				return file, err
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

// reopen opens the file once more, for a copy of the database. It is the open
// file, even if another one has its path now.
func (g *DB) reopen(flag int) (*os.File, error) {
	if file, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", g.file.Fd()), flag, 0); err == nil {
		return file, nil
	}
	if err := g.CheckReplaced(); err != nil { // without /proc only the path is left.
		return nil, err
	}
	return os.OpenFile(g.Path(), flag, 0)
}

// View runs a read-only transaction.
func (g *DB) View(fn func(*bolt.Tx) error) error { return g.transaction(g.DB.View, fn) }

// Update runs a transaction that is committed if it returns no error. A failed
// commit is an [ErrNotWritten], and a file that was replaced an [ErrReplaced].
func (g *DB) Update(fn func(*bolt.Tx) error) error {
	g.writing.Lock()
	defer g.writing.Unlock()
	succeeded := false
	err := g.transaction(g.DB.Update, func(tx *bolt.Tx) error {
		if err := g.checkReplaced(tx); err != nil {
			return err
		}
		err := fn(tx)
		if succeeded = err == nil; succeeded {
			id := tx.ID()
			g.lastTx = 0 // until the commit succeeds.
			tx.OnCommit(func() { g.lastTx = id })
		}
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
