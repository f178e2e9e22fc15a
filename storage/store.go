package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	bolterrors "go.etcd.io/bbolt/errors"

	"inactivebot/storage/boltfile"
)

// Store is an open database. It is safe for concurrent use.
type Store struct {
	db      *boltfile.DB
	path    string
	history []migration // the migrations of the schema; tests replace [migrations].
	isCopy  bool        // a private copy that is only read.

	identity *identity        // shared by every [Store.For].
	clock    func() time.Time // Slack's clock; nil: not known.
	delivery Delivery         // the delivery that decides; zero: none.
}

// Open opens the database at path, creates it if it does not exist, and
// upgrades an older one. It reads the whole file first. The errors are
// [ErrLocked], [ErrNewer], [ErrCorrupt], [ErrReadOnly] and those of the file
// system.
func Open(path string) (*Store, error) { return open(path, migrations) }

func open(path string, history []migration) (*Store, error) {
	db, err := boltfile.Open(path)
	if err != nil {
		return nil, openError(path, err)
	}
	s := openedStore(db, path, history)
	if err := s.prepare(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.writeHolder()
	return s, nil
}

func openedStore(db *boltfile.DB, path string, history []migration) *Store {
	return &Store{db: db, path: path, history: history, identity: &identity{}}
}

// prepare checks the whole file for damage before the first write, and upgrades
// an older one.
func (s *Store) prepare() error {
	have, err := view(s, version)
	if err != nil {
		return err
	}
	if have > len(s.history) {
		return ErrNewer{Path: s.path, Schema: have, SupportedSchema: len(s.history)}
	}
	if err := s.verify(have); err != nil {
		return err
	}
	return errors.Join(s.migrate(have), s.loadInstallation())
}

// openError returns the error of this package for a file that cannot be opened.
func openError(path string, err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return ErrLocked{Path: path, Holder: readHolder(path)}
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, bolterrors.ErrVersionMismatch):
		return ErrCorrupt{Path: path, What: "the first pages are not those of a database"}
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return ErrReadOnly{Path: path, UID: os.Getuid(), Cause: err}
	case boltfile.IsDiskFull(err):
		return ErrNotWritten{Path: path, Cause: err}
	}
	if _, ok := errors.AsType[ErrCorrupt](err); ok {
		return err
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return ErrNotOpened{Cause: err}
	}
	return ErrCorrupt{Path: path, What: err.Error()} // bbolt has no error value for other damage, such as a short file.
}

// Close waits for running transactions and closes the file. It removes the
// holder file first: after the close it would belong to the next process.
func (s *Store) Close() error {
	if s.isCopy {
		return s.db.Close()
	}
	if s.CheckReplaced() != nil {
		return s.db.Close() // the holder file may be another process's now.
	}
	err := os.Remove(holderPath(s.path))
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, s.db.Close())
}

// Path returns the path that was given to Open.
func (s *Store) Path() string { return s.path }

// Schema returns the schema version of the open database.
func (s *Store) Schema() int { return len(s.history) }

// holderInfo says which process has the database open.
type holderInfo struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

func holderPath(path string) string { return path + ".holder" }

// writeHolder writes a file that names this process, for error messages of
// others. A failure is ignored: the lock itself is held by the operating
// system.
func (s *Store) writeHolder() {
	host, _ := os.Hostname()
	note, _ := json.Marshal(holderInfo{PID: os.Getpid(), Host: host, Since: time.Now().UTC().Truncate(time.Second)})
	_ = os.WriteFile(holderPath(s.path), note, 0o600)
}

// readHolder describes the process that has the database open.
func readHolder(path string) string {
	var by holderInfo
	note, err := os.ReadFile(holderPath(path))
	if err != nil || json.Unmarshal(note, &by) != nil {
		return "another process"
	}
	return fmt.Sprintf("process %d on %s since %s", by.PID, by.Host, by.Since.Format(time.RFC3339))
}
