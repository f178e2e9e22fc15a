package storage

import (
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"inactivebot/storage/boltfile"
)

// nested lists the buckets with a sub-bucket for each scan.
var nested = []string{rows.name, candidates.name, ranks.name}

// numbered lists the buckets whose keys [table.next] assigns.
var numbered = []string{scans.name, reports.name, batches.name, notes.name, audit.name}

// verify reads the whole file. It checks that the pages are valid for bbolt,
// that the buckets are those of the schema version, and that every value
// matches its checksum. The error is an [ErrCorrupt] about the first
// difference.
//
// It takes less than half a second for 100,000 people, and makes damage known
// before anything acts on it.
func (s *Store) verify(version int) error {
	names, err := view(s, bucketNames)
	if err != nil {
		return err
	}
	if !slices.Equal(names, bucketsOf(s.history[:version])) {
		return ErrCorrupt{Path: s.path, What: fmt.Sprintf("its buckets are %q", names)}
	}
	return s.db.Verify(s.path, boltfile.Visitor{Value: checkValue, Bucket: checkBucket})
}

// bucketNames returns the names of all buckets, in order.
func bucketNames(tx *bolt.Tx) (out []string, err error) {
	err = tx.ForEach(func(name []byte, _ *bolt.Bucket) error {
		out = append(out, string(name))
		return nil
	})
	return out, err
}

// checkValue checks that a value is in a known bucket and matches its checksum.
// It is a [boltfile.Visitor].
func checkValue(path [][]byte, key, value []byte) error {
	if len(path) == 0 || len(path) > 1 != slices.Contains(nested, string(path[0])) {
		return fmt.Errorf("the value %s is in no place for values", printable(key))
	}
	t := table[struct{}]{name: string(path[0])}
	if len(path) > 1 {
		t.sub = string(path[1])
	}
	if !t.matches(key, value) {
		return ErrCorrupt{Bucket: t.name, Key: printable(key)}
	}
	return nil
}

// checkBucket checks that a bucket is known and that its next number was never
// assigned. It is a [boltfile.Visitor].
func checkBucket(path [][]byte, last []byte, sequence uint64) error {
	name := string(path[0])
	switch {
	case len(path) > 2 || len(path) == 2 && !slices.Contains(nested, name):
		return fmt.Errorf("the bucket %s is in no place for buckets", printable(path[len(path)-1]))
	case len(path) == 1 && slices.Contains(numbered, name) && string(last) > string(numberKey(sequence)):
		return fmt.Errorf("the next number of %s was given out before", name)
	}
	return nil
}
