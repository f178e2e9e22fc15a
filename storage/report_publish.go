package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Publish ends a scan with a report on it, in one transaction. A slot has one
// report for ever: where it exists already, created is false and nothing
// changes but the end of the scan. An older report that waits for nobody is
// superseded.
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

// SlotTaken reports whether a slot has its report already.
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
	if err := appendAudit(tx, Line{At: r.CreatedAt, Actor: sc.By, Action: "report", Report: id, Outcome: string(r.State), Detail: map[string]string{
		"scan": fmt.Sprint(sc.ID), "slot": slot, "candidates": fmt.Sprint(n), "hash": hash, "locks": lockTotals(sc.Locks),
	}}); err != nil {
		return Report{}, err
	}
	return r, addFirstNotes(tx, sc, r)
}

// PictureFrom is how many people a report must list before a picture of them
// says more than the list.
const PictureFrom = 20

// addFirstNotes plans what stands in a new report's thread: how it was read and what
// the audit log ends with, the list as a file, the exclusions to think about, and
// the rules that match nobody.
func addFirstNotes(tx *bolt.Tx, sc Scan, r Report) error {
	at, err := auditHead(tx)
	if err != nil {
		return err
	}
	if err := addNote(tx, Note{Kind: NoteSource, ReportID: r.ID, At: r.CreatedAt, Head: at}); err != nil {
		return err
	}
	if r.Candidates >= PictureFrom {
		if err := addNote(tx, Note{Kind: NotePicture, ReportID: r.ID, At: r.CreatedAt}); err != nil {
			return err
		}
	}
	if r.Candidates > 0 {
		if err := addNote(tx, Note{Kind: NoteList, ReportID: r.ID, At: r.CreatedAt}); err != nil {
			return err
		}
	}
	if err := addReminders(tx, r); err != nil {
		return err
	}
	if len(sc.UnmatchedRules) == 0 {
		return nil
	}
	return addNote(tx, Note{Kind: NoteUnmatched, ReportID: r.ID, At: r.CreatedAt, Text: strings.Join(sc.UnmatchedRules, ", ")})
}

// candidateHash is the identity of a scan's candidates: who, and in which order.
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

// supersede retires the older reports that no approval or batch keeps.
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
		if err := appendAudit(tx, Line{At: now, Actor: Bot, Action: "supersede", Report: old.ID}); err != nil {
			return err
		}
	}
	return nil
}
