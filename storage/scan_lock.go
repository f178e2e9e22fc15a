package storage

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// OverrideAfter is the time between two overrides by the only approver.
const OverrideAfter = 24 * time.Hour

// Lock is a safety check that failed: an anomaly of a scan, in numbers.
type Lock struct {
	Kind   string `json:"kind"`
	N      int    `json:"n"`                // the number of people that the check found.
	Of     int    `json:"of,omitempty"`     // the number of people checked.
	Most   int    `json:"most,omitempty"`   // those of N with the cause in Detail.
	Detail string `json:"detail,omitempty"` // a rule, a duration, the reason of most.
}

// lockTotals returns the locks for the audit log. It contains only kinds and
// numbers, because a rule may name people.
func lockTotals(locks []Lock) string {
	var parts []string
	for _, l := range locks {
		parts = append(parts, fmt.Sprintf("%s %d/%d", l.Kind, l.N, l.Of))
	}
	return strings.Join(parts, ", ")
}

// Override stores that an approver overrides the lock of a report. It takes two
// approvers or, if alone is true because there is no other, the same one twice,
// [OverrideAfter] apart. Gone lists approvers of earlier overrides who are no
// longer approvers; theirs do not count. It reports whether the lock is off
// now. The causes of a [Refusal] are state and already.
func (s *Store) Override(id uint64, by string, alone bool, gone []string, now time.Time) (opened bool, err error) {
	err = s.decide(reportObject(id), by, func(tx *bolt.Tx) error {
		r, err := report(tx, id)
		if err != nil {
			return err
		}
		if r.State != ReportLocked {
			return Refusal{Cause: CauseState, State: string(r.State)}
		}
		r.Overrides = slices.DeleteFunc(r.Overrides, func(a Approval) bool { return slices.Contains(gone, a.By) })
		if opened, err = override(&r, by, alone, now); err != nil {
			return err
		}
		if opened {
			if err := errors.Join(setOverridden(tx, r.ScanID), endOvertaken(tx, r, now)); err != nil {
				return err
			}
		}
		if err := putReport(tx, &r); err != nil {
			return err
		}
		outcome := "waits for another"
		if opened {
			outcome = "opened"
		}
		if err := appendAudit(tx, AuditEntry{At: now, Actor: by, Action: "override", Report: id, Outcome: outcome}); err != nil {
			return err
		}
		return addNote(tx, Note{Kind: NoteOverride, ReportID: id, By: by, At: now, Text: outcome})
	})
	return opened, err
}

// override adds an approver's override and reports whether the lock is off.
func override(r *Report, by string, alone bool, now time.Time) (opened bool, err error) {
	first := slices.IndexFunc(r.Overrides, func(a Approval) bool { return a.By == by })
	switch {
	case first < 0 && len(r.Overrides) > 0:
		opened = true
	case first >= 0 && (!alone || now.Before(r.Overrides[first].At.Add(OverrideAfter))):
		return false, Refusal{Cause: CauseAlready, By: by, At: r.Overrides[first].At}
	case first >= 0:
		opened = true
	}
	r.Overrides = append(r.Overrides, Approval{By: by, At: now})
	if opened {
		r.State = ReportOpen
	}
	return opened, nil
}

// setOverridden marks a scan that locked as overridden, so that it can be a
// baseline.
func setOverridden(tx *bolt.Tx, scan uint64) error {
	sc, ok, err := scans.get(tx, numberKey(scan))
	if err != nil || !ok {
		return err
	}
	sc.Overridden = true
	return scans.put(tx, numberKey(scan), sc)
}

// Trusted reports whether the scan can be a baseline: it did not lock, or the
// lock was overridden.
func (sc Scan) Trusted() bool {
	return !sc.EndedAt.IsZero() && sc.Problem == "" && (len(sc.Locks) == 0 || sc.Overridden)
}

// Baseline returns the last scan to compare a new one with: trusted, of the
// same scope and source, and with its rows stored. It reports false if there is
// none.
func (s *Store) Baseline(like Scan, sameScope func(Scan) bool) (base Scan, ok bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for sc, err := range scans.newestFirst(tx) {
			if err != nil {
				return err
			}
			same := sc.Source == like.Source && sameScope(sc)
			if sc.ID != like.ID && sc.Trusted() && same && rows.in(sc.ID).bucket(tx) != nil {
				base, ok = sc, true
				return nil
			}
		}
		return nil
	})
	return base, ok, err
}
