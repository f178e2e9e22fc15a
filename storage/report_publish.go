package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Publish ends a scan and creates its report, in one transaction. A slot has at
// most one report: if it exists, created is false and only the scan ends. An
// older report without an unfinished batch is superseded.
func (s *Store) Publish(sc Scan, slot string, ttl time.Duration) (r Report, created bool, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		if err := endScan(tx, sc); err != nil {
			return err
		}
		id, exists, err := slots.get(tx, []byte(slot))
		if err != nil {
			return err
		}
		if exists {
			r, _, err = reports.get(tx, numberKey(id))
			return err
		}
		created = true
		r, err = newReport(tx, sc, slot, ttl)
		return err
	})
	return r, created, err
}

// SlotTaken reports whether a slot already has a report.
func (s *Store) SlotTaken(slot string) (bool, error) {
	return view(s, func(tx *bolt.Tx) (bool, error) { return slots.has(tx, []byte(slot)), nil })
}

func newReport(tx *bolt.Tx, sc Scan, slot string, ttl time.Duration) (Report, error) {
	id, err := reports.next(tx)
	if err != nil {
		return Report{}, err
	}
	hash, n, err := candidateHash(tx, sc.ID)
	if err != nil {
		return Report{}, err
	}
	r := Report{ID: id, ScanID: sc.ID, Slot: slot, Hash: hash, Candidates: n, State: ReportOpen, CreatedAt: sc.EndedAt, ExpiresAt: sc.EndedAt.Add(ttl), Locks: sc.Locks}
	if len(sc.Locks) > 0 {
		r.State = ReportLocked
	}
	if err := supersede(tx, id, sc.EndedAt); err != nil {
		return Report{}, err
	}
	if err := slots.put(tx, []byte(slot), id); err != nil {
		return Report{}, err
	}
	if err := putReport(tx, &r); err != nil {
		return Report{}, err
	}
	if err := appendAudit(tx, AuditEntry{At: r.CreatedAt, Actor: sc.By, Action: "report", Report: id, Outcome: string(r.State), Detail: map[string]string{
		"scan": fmt.Sprint(sc.ID), "slot": slot, "candidates": fmt.Sprint(n), "hash": hash, "locks": lockTotals(sc.Locks),
	}}); err != nil {
		return Report{}, err
	}
	return r, addFirstNotes(tx, sc, r)
}

// ChartsFrom is the number of candidates from which a chart says more than the
// list.
const ChartsFrom = 20

// addFirstNotes plans the first notes in a new report's thread: how the people
// were read and the head of the audit log, the list as a file, exclusions to
// review, and rules and protected emails that match no one.
func addFirstNotes(tx *bolt.Tx, sc Scan, r Report) error {
	at, err := auditHead(tx)
	if err != nil {
		return err
	}
	if err := addNote(tx, Note{Kind: NoteSource, ReportID: r.ID, At: r.CreatedAt, AuditHead: at.Hash}); err != nil {
		return err
	}
	if r.Candidates >= ChartsFrom {
		if err := addNote(tx, Note{Kind: NoteCharts, ReportID: r.ID, At: r.CreatedAt}); err != nil {
			return err
		}
	}
	if r.Candidates > 0 {
		if err := addNote(tx, Note{Kind: NoteCandidateList, ReportID: r.ID, At: r.CreatedAt}); err != nil {
			return err
		}
	}
	if err := addReminders(tx, r); err != nil {
		return err
	}
	if len(sc.UnmatchedRules) == 0 && len(sc.Protect) == 0 {
		return nil
	}
	return addNote(tx, Note{Kind: NoteUnmatched, ReportID: r.ID, At: r.CreatedAt})
}

// candidateHash returns the hash of a scan's candidates in their order, and
// their number.
func candidateHash(tx *bolt.Tx, scan uint64) (string, int, error) {
	sum, n := sha256.New(), 0
	for row, err := range candidates.in(scan).all(tx, nil) {
		if err != nil {
			return "", 0, err
		}
		sum.Write(append([]byte(row.AccountID), 0))
		n++
	}
	return hex.EncodeToString(sum.Sum(nil)), n, nil
}

// supersede ends the older reports that have no unfinished batch.
func supersede(tx *bolt.Tx, by uint64, now time.Time) error {
	all, err := liveReports(tx)
	if err != nil {
		return err
	}
	for _, old := range all {
		if old.State.Busy() {
			continue
		}
		old.State, old.SupersededBy = ReportSuperseded, by
		if err := errors.Join(deleteFiles(tx, &old, now), putReport(tx, &old)); err != nil {
			return err
		}
		if err := appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "supersede", Report: old.ID}); err != nil {
			return err
		}
	}
	return nil
}
