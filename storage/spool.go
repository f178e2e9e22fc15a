package storage

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// sendCopy sends a copy to somebody who may take it slowly. It is written to disk
// first, because a file that grows waits in bbolt until nobody reads it: whoever
// is stopped in the middle of a copy would hold up every decision. Where there is
// no room for that it is sent as it is read.
func (s *Store) sendCopy(w io.Writer) error {
	file, err := s.spool()
	if err != nil {
		_, err = s.WriteTo(w)
		return err
	}
	_, err = io.Copy(w, file)
	return errors.Join(err, file.Close())
}

// spool is a copy in a file without a name, to be read from its beginning.
func (s *Store) spool() (*os.File, error) {
	file, err := os.CreateTemp(filepath.Dir(s.path), filepath.Base(s.path)+".*.part")
	if err != nil {
		return nil, err
	}
	err = os.Remove(file.Name())
	if err == nil {
		_, err = s.WriteTo(file)
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
