package storage

import (
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// sweepChunk is how many records one transaction of a sweep deletes: a press
// waits for no more than that.
const sweepChunk = 1000

// Swept is how much a sweep has deleted.
type Swept struct{ Reports, People, Texts int }

// Sweep deletes what nobody needs any more and is from before a moment: whom
// finished reports listed and on what evidence, names and emails of people whom
// nothing kept refers to, and free texts. Account ids stay in steps and in the
// audit log, whose chain still verifies. The messages of the reports are drawn
// anew, without names.
func (s *Store) Sweep(before, now time.Time) (n Swept, err error) {
	if n.Reports, err = s.sweepReports(before, now); err != nil {
		return n, err
	}
	if n.People, err = s.sweepPeople(); err != nil {
		return n, err
	}
	if n.Texts, err = s.sweepTexts(before); err != nil {
		return n, err
	}
	return n, s.db.Update(func(tx *bolt.Tx) error {
		if err := setMeta(tx, keySwept, now); err != nil || n == (Swept{}) {
			return err
		}
		return appendAudit(tx, Line{At: now, Actor: Bot, Action: "sweep", Detail: map[string]string{
			"before": before.UTC().Format(time.RFC3339), "reports": fmt.Sprint(n.Reports), "people": fmt.Sprint(n.People), "texts": fmt.Sprint(n.Texts),
		}})
	})
}

// LastSweep is when the last sweep ended, zero before the first.
func (s *Store) LastSweep() (time.Time, error) {
	at, _, err := readMeta[time.Time](s, keySwept)
	return at, err
}

// sweepReports forgets whom finished reports listed, one report a transaction,
// and the candidates of scans that no report is about.
func (s *Store) sweepReports(before, now time.Time) (n int, err error) {
	old, err := view(s, func(tx *bolt.Tx) ([]Report, error) {
		return collect(reports.newestFirst(tx), func(r Report) bool {
			return !r.State.Live() && r.CreatedAt.Before(before) && r.SweptAt.IsZero()
		})
	})
	for _, r := range old {
		if err := s.db.Update(func(tx *bolt.Tx) error { return sweepReport(tx, r.ID, now) }); err != nil {
			return n, err
		}
		n++
	}
	return n, errors.Join(err, s.sweepScans(before))
}

func sweepReport(tx *bolt.Tx, id uint64, now time.Time) error {
	r, err := report(tx, id)
	if err != nil {
		return err
	}
	for b := r.BatchID; b != 0; {
		have, err := batch(tx, b)
		if err != nil {
			return err
		}
		have.Note = ""
		if err := putBatch(tx, have); err != nil {
			return err
		}
		b = have.Before
	}
	r.SweptAt = now
	return errors.Join(deleteFiles(tx, &r, now), candidates.in(r.ScanID).drop(tx), ranks.in(r.ScanID).drop(tx), putReport(tx, &r))
}

// sweepScans forgets the candidates of old scans that became no report.
func (s *Store) sweepScans(before time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		reported := map[uint64]bool{}
		for r, err := range reports.newestFirst(tx) {
			if err != nil {
				return err
			}
			reported[r.ScanID] = true
		}
		drop, err := collect(scans.newestFirst(tx), func(sc Scan) bool {
			return sc.StartedAt.Before(before) && !reported[sc.ID] && candidates.in(sc.ID).bucket(tx) != nil
		})
		if err != nil {
			return err
		}
		for _, sc := range drop {
			if err := errors.Join(candidates.in(sc.ID).drop(tx), ranks.in(sc.ID).drop(tx)); err != nil {
				return err
			}
		}
		return nil
	})
}

// sweepPeople forgets the names of people to whom nothing refers that is kept: no
// row of a kept scan, no candidate of a kept report, no exclusion, no suspension
// of ours.
func (s *Store) sweepPeople() (n int, err error) {
	var gone [][]byte
	err = s.db.View(func(tx *bolt.Tx) error {
		kept, err := keptScans(tx)
		if err != nil {
			return err
		}
		for key := range people.keys(tx, nil) {
			if !isReferenced(tx, key, kept) {
				gone = append(gone, append([]byte(nil), key...))
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(gone), s.deleteAll(gone, func(tx *bolt.Tx, key []byte) error {
		kept, err := keptScans(tx)
		if err != nil || isReferenced(tx, key, kept) {
			return err
		}
		return people.delete(tx, key)
	})
}

// keptScans are the scans of which rows or candidates are kept.
func keptScans(tx *bolt.Tx) ([]Scan, error) {
	return collect(scans.newestFirst(tx), func(sc Scan) bool {
		return rows.in(sc.ID).bucket(tx) != nil || ranks.in(sc.ID).bucket(tx) != nil
	})
}

func isReferenced(tx *bolt.Tx, account []byte, kept []Scan) bool {
	if exclusions.has(tx, account) || activeSuspensions.has(tx, account) {
		return true
	}
	for _, sc := range kept {
		if rows.in(sc.ID).has(tx, account) || ranks.in(sc.ID).has(tx, account) {
			return true
		}
	}
	return false
}

// sweepTexts forgets free texts that no line since the moment refers to, nor an
// exclusion or a rule in the database.
func (s *Store) sweepTexts(before time.Time) (n int, err error) {
	var gone [][]byte
	err = s.db.View(func(tx *bolt.Tx) error {
		kept, err := keptTexts(tx, before)
		if err != nil {
			return err
		}
		for key := range texts.keys(tx, nil) {
			if !kept[string(key)] {
				gone = append(gone, append([]byte(nil), key...))
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(gone), s.deleteAll(gone, texts.delete)
}

func keptTexts(tx *bolt.Tx, before time.Time) (kept map[string]bool, err error) {
	kept = map[string]bool{}
	for l, err := range audit.newestFirst(tx) {
		if err != nil {
			return nil, err
		}
		if l.At.Before(before) {
			break
		}
		kept[l.Text] = true
	}
	for e, err := range exclusions.all(tx, nil) {
		if err != nil {
			return nil, err
		}
		hash, err := textHash(tx, e.Reason)
		if err != nil {
			return nil, err
		}
		kept[hash] = true
	}
	for r, err := range rules.all(tx, nil) {
		if err != nil {
			return nil, err
		}
		for _, text := range []string{r.Rule, r.Rule + " " + r.Reason} {
			hash, err := textHash(tx, text)
			if err != nil {
				return nil, err
			}
			kept[hash] = true
		}
	}
	return kept, nil
}

// deleteAll deletes keys, some of them a transaction.
func (s *Store) deleteAll(keys [][]byte, del func(*bolt.Tx, []byte) error) error {
	for len(keys) > 0 {
		part := keys[:min(sweepChunk, len(keys))]
		keys = keys[len(part):]
		err := s.db.Update(func(tx *bolt.Tx) error {
			for _, key := range part {
				if err := del(tx, key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
