package storage

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// reads holds, for each bucket, a call that must report a damaged value. It
// omits live, stale and unfinished, whose values are not used, and texts.
var reads = map[string]func(*Store) error{
	"meta":       func(s *Store) error { _, _, err := s.Paused(); return err },
	"scans":      func(s *Store) error { _, err := s.Scan(1); return err },
	"rows":       func(s *Store) error { _, _, err := s.Row(1, "a"); return err },
	"candidates": func(s *Store) error { _, err := s.Candidates(Report{ID: 1, ScanID: 1}, t0); return err },
	"ranks":      func(s *Store) error { _, err := s.Candidate(Report{ID: 1, ScanID: 1}, "a", t0); return err },
	"people":     func(s *Store) error { _, err := s.Person("a"); return err },
	"activity":   func(s *Store) error { _, err := s.Activity([]string{"a"}); return err },
	"reports":    func(s *Store) error { _, err := s.Report(1); return err },
	"slots": func(s *Store) error {
		_, _, err := s.Publish(Scan{ID: 1}, t0.Format(time.RFC3339Nano), week)
		return err
	},
	"exclusions": func(s *Store) error { _, _, err := s.Exclusion("e", t0); return err },
	"rules":      func(s *Store) error { _, err := s.Rules(t0); return err },
	"batches":    func(s *Store) error { _, err := s.Batch(1); return err },
	"steps":      func(s *Store) error { _, err := s.Steps(Batch{ID: 1, ReportID: 1}); return err },
	"order":      func(s *Store) error { _, err := s.Steps(Batch{ID: 1, ReportID: 1}); return err },
	"pending":    func(s *Store) error { _, _, err := s.NextStep(Batch{ID: 1, ReportID: 1}); return err },
	"unsettled":  func(s *Store) error { _, err := s.UnconfirmedSteps(Batch{ID: 1, ReportID: 1}, 9); return err },
	"restoring":  func(s *Store) error { _, _, err := s.PendingRestores(9); return err },
	"ours":       func(s *Store) error { _, err := s.ActiveSuspensions(0); return err },
	"restored":   func(s *Store) error { _, err := s.AccountStates([]string{"x"}, t0, t0); return err },
	"notes":      func(s *Store) error { _, err := s.Notes(); return err },
	"audit": func(s *Store) error {
		_, err := s.AuditEntries(9999, func(AuditEntry) bool { return true })
		return err
	},
}

// TestDamageIsNoticed flips each bit of a value in every bucket. The call that
// reads the value must report the damage and never that there is no value.
func TestDamageIsNoticed(t *testing.T) {
	s := busyStore(t)
	for bucket, read := range reads {
		t.Run(bucket, func(t *testing.T) {
			if err := read(s); err != nil {
				t.Fatalf("before the damage: %v", err)
			}
			key, value := firstValue(t, s, bucket)
			for bit := range 8 * len(value) {
				bad := bytes.Clone(value)
				bad[bit/8] ^= 1 << (bit % 8)
				damage(t, s, bucket, key, bad)
				wantCorrupt(t, read(s), bucket)
			}
			for _, bad := range [][]byte{{}, value[:3], value[:len(value)-1]} {
				damage(t, s, bucket, key, bad)
				wantCorrupt(t, read(s), bucket)
			}
			damage(t, s, bucket, key, value)
		})
	}
	checkConsistent(t, s)
}

// bucketOf returns the bucket, or its sub-bucket of the first scan.
func bucketOf(tx *bolt.Tx, bucket string) *bolt.Bucket {
	b := tx.Bucket([]byte(bucket))
	if sub := b.Bucket(numberKey(1)); sub != nil {
		return sub
	}
	return b
}

// firstValue returns the value that reads uses: the pause in meta, otherwise
// the first value.
func firstValue(t *testing.T, s *Store, bucket string) (key, value []byte) {
	t.Helper()
	must(t, s.db.View(func(tx *bolt.Tx) error {
		k, v := bucketOf(tx, bucket).Cursor().First()
		if bucket == meta.name {
			k, v = bucketOf(tx, bucket).Cursor().Seek([]byte(keyPause))
		}
		key, value = bytes.Clone(k), bytes.Clone(v)
		return nil
	}))
	return key, value
}

func damage(t *testing.T, s *Store, bucket string, key, value []byte) {
	t.Helper()
	must(t, s.db.Update(func(tx *bolt.Tx) error { return bucketOf(tx, bucket).Put(key, value) }))
}

// TestAValueInAnotherPlaceIsDamage checks that a valid value is rejected under
// another key and in another bucket or scan.
func TestAValueInAnotherPlaceIsDamage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		here := table[string]{name: "notes"}
		key, body := []byte(rapid.String().Draw(t, "key")), []byte(fmt.Sprintf("%q", "text"))
		value := slices.Concat(numberKey(uint64(here.sum(key, body)))[4:], body)
		if v, err := here.decode(key, value); err != nil || v != "text" {
			t.Fatalf("under its own key: %q, %v", v, err)
		}
		for name, place := range map[string]table[string]{"bucket": {name: "note"}, "scan": here.in(1)} {
			if _, err := place.decode(key, value); err == nil {
				t.Errorf("another %s is accepted", name)
			}
		}
		if _, err := here.decode(append(key, 0), value); err == nil {
			t.Error("another key is accepted")
		}
	})
}

// TestDamageOnDiskIsNoticed changes the file itself while it is open.
func TestDamageOnDiskIsNoticed(t *testing.T) {
	s := busyStore(t)
	file, err := os.OpenFile(s.Path(), os.O_RDWR, 0)
	must(t, err)
	defer file.Close()
	all, err := io.ReadAll(file)
	must(t, err)
	places := regexp.MustCompile(`"email":"ada@example.com"`).FindAllIndex(all, -1)
	if len(places) == 0 {
		t.Fatal("the file does not contain the email")
	}
	for _, at := range places {
		_, err := file.WriteAt([]byte("f"), int64(at[1]-len(`e.com"`)))
		must(t, err)
	}
	_, err = s.Person("a")
	wantCorrupt(t, err, "people")
	_, err = s.FindPeople("b@example.com")
	wantCorrupt(t, err, "people")
	if all, err := s.Candidates(Report{ID: 1, ScanID: 1}, t0); err == nil {
		t.Errorf("the candidates are %+v", all)
	}
}

// TestDamageStopsDecisions checks that a decision fails if a value that it
// needs is damaged.
func TestDamageStopsDecisions(t *testing.T) {
	r := Report{ID: 1, ScanID: 1}
	for bucket, decide := range map[string]func(*Store) error{
		"exclusions": func(s *Store) error { _, err := s.Claim(stepOf(r, "d"), rulesNow(s), nil, t0); return err },
		"meta":       func(s *Store) error { _, err := s.Claim(stepOf(r, "d"), rulesNow(s), nil, t0); return err },
		"batches":    func(s *Store) error { return s.Stop(1, ada, "", t0) },
		"activity":   func(s *Store) error { _, err := s.Activity([]string{"a"}); return err },
		"reports":    func(s *Store) error { return s.Exclude(Exclusion{AccountID: "a", By: ada, Since: t0}) },
		"steps":      func(s *Store) error { _, err := s.Undo(1, ada, t0); return err },
		"ours":       func(s *Store) error { _, err := s.Restore("a", ada, t0); return err },
	} {
		t.Run(bucket, func(t *testing.T) {
			s := busyStore(t)
			if bucket == "exclusions" {
				must(t, s.Exclude(Exclusion{AccountID: "d", By: ada, Since: t0}))
				paused(t, s, false)
			}
			key, value := firstValue(t, s, bucket)
			value[len(value)-1] ^= 1
			damage(t, s, bucket, key, value)
			before := dump(t, s)
			wantCorrupt(t, decide(s), bucket)
			if after := dump(t, s); len(after) != len(before) {
				t.Errorf("there are %d values after the decision, want %d", len(after), len(before))
			}
		})
	}
}
