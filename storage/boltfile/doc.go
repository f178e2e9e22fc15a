// Package boltfile opens a bbolt file so that damage is an error.
//
// bbolt panics when it follows a damaged page, and reading a memory-mapped file
// that was truncated is a fault that ends the process. A [DB] turns both into an
// [ErrCorrupt], after which no further transaction begins. A transaction that
// cannot be committed, for example because the disk is full, returns an
// [ErrNotWritten].
//
// bbolt checks little when it opens a file, and keeps no checksum of most pages.
// [DB.Verify] therefore reads the whole file: every page must be in use exactly
// once or free exactly once, keys must be in order, and the caller checks each
// value.
//
// The package knows nothing about the buckets and values of its caller.
package boltfile
