package storage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"inactivebot/storage/boltfile"
)

// Info describes a database without changing it.
type Info struct {
	Exists          bool
	Bytes           int64  // the file's size.
	Free            uint64 // free bytes on its file system.
	Schema          int    // the schema version of the file.
	SupportedSchema int    // the newest schema version that this program supports.
	IsBackup        bool   // it is a backup on which no bot was started yet.
	PID             int    // the bot that has it open; 0: none.
	Warnings        []Warning
	Unmatched       Unmatched // of the last scan.
}

// DiskInfo describes the database at path from its file system. It does not
// open the file.
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

// Inspect reads a database that no process has open. It changes nothing: it
// neither creates nor upgrades a file. The errors are those of [Open].
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

// readFile opens the file read-only and verifies all of it.
func (c *Info) readFile(path string) error {
	db, err := boltfile.OpenReadOnly(path)
	if err != nil {
		return openError(path, err)
	}
	s := openedStore(db, path, migrations)
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
	if err == nil && c.Schema > 0 {
		c.Warnings, err = s.Warnings()
	}
	if err == nil && c.Schema > 0 {
		c.Unmatched, err = s.LastUnmatched()
	}
	return errors.Join(err, db.Close())
}

// checkAccess returns an error if this process may not write to place, which is
// the database file or its directory.
func checkAccess(path, place string) error {
	const mayWrite = 2 // W_OK of access(2).
	if err := syscall.Access(place, mayWrite); err != nil {
		return openError(path, &fs.PathError{Op: "write", Path: place, Err: err})
	}
	return nil
}

// CheckWritable returns an error if this process cannot create files in dir.
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
		return 0, &fs.PathError{Op: "statfs", Path: dir, Err: err}
	}
	return uint64(fsys.Bavail) * uint64(fsys.Bsize), nil //nolint:unconvert,gosec // the types differ between systems; sizes are positive.
}
