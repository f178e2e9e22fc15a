package storage

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"

	bolt "go.etcd.io/bbolt"
)

// guarded is a database whose damage is an error. bbolt panics on a page that
// makes no sense, and to read a mapped file that was cut short is a fault; both
// are an [ErrCorrupt] here. What a panic leaves behind in memory is not known,
// so that after the first one no transaction begins any more.
type guarded struct {
	*bolt.DB
	file    *os.File // the one that is locked; the DB's own.
	damaged atomic.Pointer[ErrCorrupt]
}

// openGuarded opens the file, waiting for its lock no longer than lockTimeout.
func openGuarded(path string) (*guarded, error) { return openFile(path, false) }

// openFile opens the file, to read only where that is asked for.
func openFile(path string, toRead bool) (*guarded, error) {
	g, isNew := &guarded{}, empty(path)
	err := g.guard(path, func() (err error) {
		g.DB, err = bolt.Open(path, 0o600, &bolt.Options{
			ReadOnly: toRead, Timeout: lockTimeout, FreelistType: bolt.FreelistMapType,
			OpenFile: func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
				g.file, err = os.OpenFile(name, flag, mode)
				return g.file, err
			},
		})
		return err
	})
	if g.damaged.Load() != nil {
		_ = g.file.Close() // bbolt did not come to it; it is the lock that matters.
	}
	if isNew && noRoom(err) {
		unmake(path)
	}
	return g, err
}

// View is a read-only transaction.
func (g *guarded) View(do func(*bolt.Tx) error) error { return g.transaction(g.DB.View, do) }

// Update is a transaction that is kept if it returns no error. One that cannot
// be kept is an [ErrNotWritten].
func (g *guarded) Update(do func(*bolt.Tx) error) error {
	decided := false
	err := g.transaction(g.DB.Update, func(tx *bolt.Tx) error {
		err := do(tx)
		decided = err == nil
		return err
	})
	if err == nil || !decided || g.damaged.Load() != nil {
		return err
	}
	return ErrNotWritten{Path: g.Path(), Cause: err}
}

func (g *guarded) transaction(in func(func(*bolt.Tx) error) error, do func(*bolt.Tx) error) error {
	if damage := g.damaged.Load(); damage != nil {
		return *damage
	}
	return g.guard(g.Path(), func() error { return in(do) })
}

// guard makes an error of a panic or a fault.
func (g *guarded) guard(path string, do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch p := recover().(type) {
		case nil:
		case string, error:
			damage := ErrCorrupt{Path: path, What: inWords(p)}
			g.damaged.Store(&damage)
			err = damage
		default:
			panic(p)
		}
	}()
	return do()
}

// inWords is what a panic tells about the file. A runtime error is about the
// program that met the damage.
func inWords(p any) string {
	if _, ok := p.(runtime.Error); ok {
		return "a part of it is missing or makes no sense"
	}
	return strings.TrimPrefix(fmt.Sprint(p), "assertion failed: ")
}

// Close closes the file. One in which a transaction has panicked is left to the
// end of the process: its locks may be held for ever.
func (g *guarded) Close() error {
	if g.damaged.Load() != nil {
		return g.file.Close()
	}
	return g.DB.Close()
}
