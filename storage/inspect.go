package storage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"inactivebot/storage/boltfile"
)

// Condition is what can be said of a database without changing anything.
type Condition struct {
	Exists bool
	Bytes  int64  // the file's size.
	Free   uint64 // bytes left on its file system.
	Have   int    // its schema version, …
	Know   int    // … and that of this program.
	Copied bool   // it is a copy that no bot has been started on.
	PID    int    // of the bot that has it open; 0: none has.
}

// DiskInfo is what the file system tells of the database at path; the file is not
// opened.
func DiskInfo(path string) (c Condition, err error) {
	c.Know = len(migrations)
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
func Inspect(path string) (Condition, error) {
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
func (c *Condition) readFile(path string) error {
	db, err := boltfile.OpenReadOnly(path)
	if err != nil {
		return openError(path, err)
	}
	s := &Store{db: db, path: path, history: migrations}
	c.Have, err = view(s, version)
	if err == nil && c.Have > c.Know {
		err = ErrNewer{Path: path, Have: c.Have, Know: c.Know}
	}
	if err == nil {
		err = s.verify(c.Have)
	}
	if err == nil && c.Have > 0 {
		_, c.Copied, err = s.IsCopy()
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

// MayWrite is nil where this process may make files in a directory.
func MayWrite(dir string) error {
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

// freeSpace is how many bytes are left for this user on a directory's file system.
func freeSpace(dir string) (uint64, error) {
	var fsys syscall.Statfs_t
	if err := syscall.Statfs(dir, &fsys); err != nil {
		return 0, &fs.PathError{Op: "look at", Path: dir, Err: err}
	}
	return uint64(fsys.Bavail) * uint64(fsys.Bsize), nil //nolint:unconvert,gosec // the types differ between systems; sizes are positive.
}
