package storage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"inactivebot/storage/boltfile"
)

// Info describes a database that was only read.
type Info struct {
	Exists          bool
	Bytes           int64  // the file's size.
	Free            uint64 // bytes left on its file system.
	Schema          int    // its schema version, …
	SupportedSchema int    // … and that of this program.
	IsBackup        bool   // it is a backup on which no bot was started yet.
	PID             int    // of the bot that has it open; 0: none has.
}

// DiskInfo describes the file at path by the file system alone; the file is not
// opened.
func DiskInfo(path string) (c Info, err error) {
	c.SupportedSchema = len(migrations)
	if c.Free, err = freeSpace(filepath.Dir(path)); err != nil {
		return c, openError(path, err)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c, checkAccess(path, filepath.Dir(path))
	case err != nil:
		return c, openError(path, err)
	}
	c.Exists, c.Bytes = true, info.Size()
	return c, nil
}

// Inspect reads a database that no process has open and changes nothing: neither
// is one made nor one brought up to date. The errors are those of [Open].
func Inspect(path string) (Info, error) {
	c, err := DiskInfo(path)
	if err != nil || !c.Exists {
		return c, err
	}
	if err := errors.Join(checkAccess(path, path), checkAccess(path, filepath.Dir(path))); err != nil || c.Bytes == 0 {
		return c, err
	}
	return c, c.readFile(path)
}

// readFile reads the file from its first page to its last.
func (c *Info) readFile(path string) error {
	db, err := boltfile.OpenReadOnly(path)
	if err != nil {
		return openError(path, err)
	}
	s := &Store{db: db, path: path, history: migrations}
	c.Schema, err = view(s, version)
	if err == nil && c.Schema > c.SupportedSchema {
		err = ErrNewer{Path: path, Schema: c.Schema, SupportedSchema: c.SupportedSchema}
	}
	if err == nil {
		err = s.verify(c.Schema)
	}
	if err == nil && c.Schema > 0 {
		_, c.IsBackup, err = s.IsBackup()
	}
	return errors.Join(err, db.Close())
}

// checkAccess is nil where this process may write to a place of the database.
func checkAccess(path, place string) error {
	const mayWrite = 2 // W_OK of access(2).
	if err := syscall.Access(place, mayWrite); err != nil {
		return openError(path, &fs.PathError{Op: "write", Path: place, Err: err})
	}
	return nil
}

// CheckWritable is nil where this process may make files in a directory.
func CheckWritable(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return &fs.PathError{Op: "use", Path: dir, Err: syscall.ENOTDIR}
	}
	const mayWrite = 2 | 1 // W_OK and X_OK of access(2).
	if err := syscall.Access(dir, mayWrite); err != nil {
		return &fs.PathError{Op: "write", Path: dir, Err: err}
	}
	return nil
}

// freeSpace returns the number of bytes that this user can still write to the
// file system of a directory.
func freeSpace(dir string) (uint64, error) {
	var fsys syscall.Statfs_t
	if err := syscall.Statfs(dir, &fsys); err != nil {
		return 0, &fs.PathError{Op: "look at", Path: dir, Err: err}
	}
	return uint64(fsys.Bavail) * uint64(fsys.Bsize), nil //nolint:unconvert,gosec // the types differ between systems; sizes are positive.
}
