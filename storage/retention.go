package storage

import (
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// sweepChunk is the number of records that one transaction of a sweep deletes.
// A press waits for one transaction at most.
const sweepChunk = 1000

// SweepResult counts what a sweep deleted.
type SweepResult struct{ Reports, People, Texts int }

// Sweep deletes what is older than before and no longer needed: the lists and
// evidence of finished reports, names and emails of people that nothing stored
// refers to, and free texts. Account ids stay in steps and in the audit log,
// whose chain still verifies. The messages of the reports are redrawn without
// names.
func (s *Store) Sweep(before, now time.Time) (n SweepResult, err error) {
	if n.Reports, err = s.sweepReports(before, now); err != nil {
		return n, err
	}
	if n.People, err = s.sweepPeople(); err != nil {
		return n, err
	}
	if n.Texts, err = s.sweepTexts(before); err != nil {
		return n, err
	}
	if err := errors.Join(s.sweepDecided(before), s.sweepPosted(before)); err != nil {
		return n, err
	}
	return n, s.db.Update(func(tx *bolt.Tx) error {
		if err := setMeta(tx, keyLastSweep, now); err != nil || n == (SweepResult{}) {
			return err
		}
		return appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "sweep", Detail: map[string]string{
			"before": before.UTC().Format(time.RFC3339), "reports": fmt.Sprint(n.Reports), "people": fmt.Sprint(n.People), "texts": fmt.Sprint(n.Texts),
		}})
	})
}

// LastSweep returns when the last sweep ended, or the zero time.
func (s *Store) LastSweep() (time.Time, error) {
	at, _, err := readMeta[time.Time](s, keyLastSweep)
	return at, err
}

// sweepReports deletes the lists of finished reports, one report in each
// transaction, and the candidates of scans without a report.
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
		b = have.PreviousID
	}
	r.SweptAt = now
	return errors.Join(deleteFiles(tx, &r, now), candidates.in(r.ScanID).drop(tx), ranks.in(r.ScanID).drop(tx), putReport(tx, &r))
}

// sweepScans deletes the candidates of old scans without a report.
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

// sweepPeople deletes the names of people that nothing stored refers to: no row
// of a stored scan, no candidate of a stored report, no exclusion, and no
// suspension in effect.
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

// keptScans returns the scans whose rows or candidates are stored.
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

// sweepTexts deletes the free texts to which no audit entry since before, no
// exclusion and no rule refers.
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
		hash, err := hashText(tx, e.Reason)
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
			hash, err := hashText(tx, text)
			if err != nil {
				return nil, err
			}
			kept[hash] = true
		}
	}
	return kept, nil
}

// deleteAll deletes keys, sweepChunk of them in each transaction.
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
