package boltfile

import (
	"errors"
	"os"
	"syscall"
)

// IsDiskFull reports whether a write failed because the disk is full, or a
// quota or size limit is reached.
func IsDiskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// isEmpty reports whether the file at path is missing or empty.
func isEmpty(path string) bool {
	info, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0
}

// minPages is the number of pages of an empty database: two meta pages, the
// freelist and the root.
const minPages = 4

// truncateIncomplete empties a new database that could not be written
// completely, so that the next start does not report it as damaged. It leaves
// alone a complete file and one that another process has open.
func truncateIncomplete(path string) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return
	}
	defer file.Close()
	if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		return
	}
	if info, err := file.Stat(); err == nil && info.Size() < int64(minPages*os.Getpagesize()) {
		_ = file.Truncate(0)
	}
}
