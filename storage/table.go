package storage

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"iter"

	bolt "go.etcd.io/bbolt"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// table is a bucket of values of one type. A table in a sub-bucket holds the
// records of one scan, so that a whole scan is dropped at once.
type table[T any] struct {
	name string
	sub  string
}

// in returns the sub-bucket of one scan as a table.
func (t table[T]) in(scan uint64) table[T] { return table[T]{t.name, string(numberKey(scan))} }

func (t table[T]) bucket(tx *bolt.Tx) *bolt.Bucket {
	b := tx.Bucket([]byte(t.name))
	if b != nil && t.sub != "" {
		b = b.Bucket([]byte(t.sub))
	}
	return b
}

// make creates the sub-bucket of a scan.
func (t table[T]) make(tx *bolt.Tx) error {
	_, err := tx.Bucket([]byte(t.name)).CreateBucketIfNotExists([]byte(t.sub))
	return err
}

// drop deletes the sub-bucket of a scan with all its values.
func (t table[T]) drop(tx *bolt.Tx) error {
	b := tx.Bucket([]byte(t.name))
	if b.Bucket([]byte(t.sub)) == nil {
		return nil
	}
	return b.DeleteBucket([]byte(t.sub))
}

func (t table[T]) put(tx *bolt.Tx, key []byte, v T) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", t.name, err)
	}
	value := make([]byte, 4, 4+len(body))
	binary.BigEndian.PutUint32(value, t.sum(key, body))
	return t.bucket(tx).Put(key, append(value, body...))
}

// get returns the value at key. It reports false if there is none. For a
// damaged value it reports true and returns an [ErrCorrupt].
func (t table[T]) get(tx *bolt.Tx, key []byte) (v T, ok bool, err error) {
	b := t.bucket(tx)
	if b == nil {
		return v, false, nil
	}
	value := b.Get(key)
	if value == nil {
		return v, false, nil
	}
	v, err = t.decode(key, value)
	return v, true, err
}

func (t table[T]) has(tx *bolt.Tx, key []byte) bool {
	b := t.bucket(tx)
	return b != nil && b.Get(key) != nil
}

func (t table[T]) delete(tx *bolt.Tx, key []byte) error { return t.bucket(tx).Delete(key) }

func (t table[T]) decode(key, value []byte) (v T, err error) {
	if !t.matches(key, value) {
		return v, ErrCorrupt{Bucket: t.name, Key: quoteKey(key)}
	}
	if err := json.Unmarshal(value[4:], &v); err != nil {
		return v, ErrCorrupt{Bucket: t.name, Key: quoteKey(key)}
	}
	return v, nil
}

// matches reports whether a value matches its checksum at this key.
func (t table[T]) matches(key, value []byte) bool {
	return len(value) >= 4 && binary.BigEndian.Uint32(value) == t.sum(key, value[4:])
}

func (t table[T]) sum(key, body []byte) uint32 {
	sum := crc32.Update(0, castagnoli, []byte(t.name))
	sum = crc32.Update(sum, castagnoli, []byte(t.sub))
	sum = crc32.Update(sum, castagnoli, key)
	return crc32.Update(sum, castagnoli, body)
}

// keys ranges over the keys that begin with prefix, in order. The table must
// not be changed during the loop.
func (t table[T]) keys(tx *bolt.Tx, prefix []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		b := t.bucket(tx)
		if b == nil {
			return
		}
		c := b.Cursor()
		for k, _ := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
			if !yield(k) {
				return
			}
		}
	}
}

// all ranges over the values whose key begins with prefix, in order. It stops
// at the first error.
func (t table[T]) all(tx *bolt.Tx, prefix []byte) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		b := t.bucket(tx)
		if b == nil {
			return
		}
		c := b.Cursor()
		for k, value := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, value = c.Next() {
			v, err := t.decode(k, value)
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// newestFirst ranges over all values from the last key to the first. It stops
// at the first error.
func (t table[T]) newestFirst(tx *bolt.Tx) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		c := t.bucket(tx).Cursor()
		for k, value := c.Last(); k != nil; k, value = c.Prev() {
			v, err := t.decode(k, value)
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// next returns the next number of this bucket.
func (t table[T]) next(tx *bolt.Tx) (uint64, error) { return t.bucket(tx).NextSequence() }

// numberKey returns n as a big-endian key, so that keys sort by number.
func numberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// numberedKey returns a key of a number followed by another key.
func numberedKey(n uint64, rest string) []byte { return append(numberKey(n), rest...) }

// positionKey returns the key of a position in a batch.
func positionKey(batch uint64, position uint32) []byte {
	return binary.BigEndian.AppendUint32(numberKey(batch), position)
}

// quoteKey quotes a key for an error message.
func quoteKey(key []byte) string { return fmt.Sprintf("%q", key) }
