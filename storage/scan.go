package storage

import (
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

var (
	scans      = table[Scan]{name: "scans"}
	rows       = table[Row]{name: "rows"}
	candidates = table[Row]{name: "candidates"}
	ranks      = table[[]byte]{name: "ranks"}
)

// keptSnapshots is how many scans keep everybody's row: the last one to answer
// from, the one before it to compare with.
const keptSnapshots = 2

// Scan is one pass over the directory.
type Scan struct {
	ID             uint64         `json:"id"`
	By             string         `json:"by"` // a Slack user id, or [Bot] for the schedule.
	StartedAt      time.Time      `json:"started_at"`
	EndedAt        time.Time      `json:"ended_at,omitzero"` // zero: not finished.
	Product        string         `json:"product"`
	Sites          []string       `json:"sites,omitempty"` // empty: all.
	Source         string         `json:"source"`          // how activity was read: search or last-active-dates.
	DirectoryID    string         `json:"directory_id"`
	InactiveDays   int            `json:"inactive_days"`
	Lanes          map[string]int `json:"lanes"` // people in each lane.
	People         int            `json:"people"`
	CanLogIn       int            `json:"can_log_in"` // people whose status is active, in any lane.
	Requests       int            `json:"requests"`
	UnmatchedRules []string       `json:"unmatched_rules,omitempty"`
	RuleMatches    map[string]int `json:"rule_matches,omitempty"` // people each rule matched.
	Locks          []Lock         `json:"locks,omitempty"`        // what looked wrong.
	Overridden     bool           `json:"overridden,omitempty"`   // two approvers said that it is right.
	Problem        string         `json:"problem,omitempty"`      // why it ended without a result.
}

// Cutoff is the moment before which the last activity counts as inactive.
func (sc Scan) Cutoff() time.Time { return sc.StartedAt.AddDate(0, 0, -sc.InactiveDays) }

// BeginScan gives the scan its id and a place for its rows.
func (s *Store) BeginScan(sc Scan) (Scan, error) {
	err := s.db.Update(func(tx *bolt.Tx) (err error) {
		if sc.ID, err = scans.next(tx); err != nil {
			return err
		}
		sc.Lanes = map[string]int{}
		for _, err := range []error{rows.in(sc.ID).make(tx), candidates.in(sc.ID).make(tx), ranks.in(sc.ID).make(tx)} {
			if err != nil {
				return err
			}
		}
		return scans.put(tx, num(sc.ID), sc)
	})
	return sc, err
}

// Seen is a part of what a scan saw.
type Seen struct {
	Rows     []Row
	People   []Person
	Returned []string // accounts found on that were off before.
	At       time.Time
}

// AddRows stores a part of a scan in one transaction: a press waits for no more
// than that. Somebody who was already there is counted once, and a second row
// may take him off the candidates but never make him one. A scan that is over is
// refused with the cause state: its candidates are a report's for good.
func (s *Store) AddRows(scan uint64, seen Seen) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		sc, ok, err := scans.get(tx, num(scan))
		if err != nil || !ok {
			return errors.Join(err, notFound(ok, "scan", scan))
		}
		if !sc.EndedAt.IsZero() {
			return Refusal{Cause: CauseState, State: scanOutcome(sc)}
		}
		for _, r := range seen.Rows {
			if err := sc.add(tx, r); err != nil {
				return err
			}
		}
		for _, p := range seen.People {
			if err := keepPerson(tx, p); err != nil {
				return err
			}
		}
		for _, account := range seen.Returned {
			if err := returned(tx, account, seen.At); err != nil {
				return err
			}
		}
		return scans.put(tx, num(scan), sc)
	})
}

// keepPerson writes a name only where it is new: most scans change none.
func keepPerson(tx *bolt.Tx, p Person) error {
	if have, ok, err := people.get(tx, []byte(p.AccountID)); err != nil || ok && have == p {
		return err
	}
	return people.put(tx, []byte(p.AccountID), p)
}

// add stores one row and counts it.
func (sc *Scan) add(tx *bolt.Tx, r Row) error {
	key := []byte(r.AccountID)
	before, again, err := rows.in(sc.ID).get(tx, key)
	switch {
	case err != nil:
		return err
	case again && r.Candidate:
		return nil
	case again:
		sc.count(before, -1)
		if err := dropCandidate(tx, sc.ID, key); err != nil {
			return err
		}
	}
	sc.count(r, 1)
	if r.Candidate {
		if err := candidates.in(sc.ID).put(tx, r.rank(), r); err != nil {
			return err
		}
		if err := ranks.in(sc.ID).put(tx, key, r.rank()); err != nil {
			return err
		}
	}
	return rows.in(sc.ID).put(tx, key, r)
}

func (sc *Scan) count(r Row, by int) {
	sc.Lanes[r.Lane] += by
	sc.People += by
	if r.CanLogIn {
		sc.CanLogIn += by
	}
}

func dropCandidate(tx *bolt.Tx, scan uint64, account []byte) error {
	rank, ok, err := ranks.in(scan).get(tx, account)
	if !ok || err != nil {
		return err
	}
	return errors.Join(candidates.in(scan).delete(tx, rank), ranks.in(scan).delete(tx, account))
}

// EndScan says that the scan is over and drops the rows of older ones. A scan
// with a problem keeps no rows: it saw only a part of the directory.
func (s *Store) EndScan(sc Scan) error {
	return s.db.Update(func(tx *bolt.Tx) error { return endScan(tx, sc) })
}

func endScan(tx *bolt.Tx, sc Scan) error {
	have, ok, err := scans.get(tx, num(sc.ID))
	if err != nil || !ok {
		return errors.Join(err, notFound(ok, "scan", sc.ID))
	}
	sc.Lanes, sc.People, sc.CanLogIn = have.Lanes, have.People, have.CanLogIn
	if err := scans.put(tx, num(sc.ID), sc); err != nil {
		return err
	}
	if sc.Problem != "" {
		if err := dropRows(tx, sc.ID); err != nil {
			return err
		}
	}
	if err := dropOldRows(tx); err != nil {
		return err
	}
	return record(tx, Line{At: sc.EndedAt, Actor: sc.By, Action: "scan", Outcome: scanOutcome(sc), Detail: map[string]string{
		"scan": fmt.Sprint(sc.ID), "people": fmt.Sprint(sc.People), "candidates": fmt.Sprint(sc.Candidates()), "source": sc.Source,
	}})
}

func scanOutcome(sc Scan) string {
	if sc.Problem != "" {
		return "failed: " + sc.Problem
	}
	return "complete"
}

// LaneInactive is the one lane whose people are candidates.
const LaneInactive = "inactive"

// Candidates is how many people the scan found inactive.
func (sc Scan) Candidates() int { return sc.Lanes[LaneInactive] }

// dropOldRows keeps the rows of the last scans that ended well, and those of the
// last trusted one. Candidates stay
// as long as their report.
func dropOldRows(tx *bolt.Tx) error {
	kept, baseline := 0, false
	var drop []uint64
	for sc, err := range scans.newestFirst(tx) {
		if err != nil {
			return err
		}
		if sc.EndedAt.IsZero() || sc.Problem != "" || rows.in(sc.ID).bucket(tx) == nil {
			continue
		}
		if kept++; kept > keptSnapshots && (baseline || !sc.Trusted()) {
			drop = append(drop, sc.ID)
		}
		baseline = baseline || sc.Trusted()
	}
	for _, id := range drop {
		if err := rows.in(id).drop(tx); err != nil {
			return err
		}
	}
	return nil
}

func dropRows(tx *bolt.Tx, scan uint64) error {
	return errors.Join(rows.in(scan).drop(tx), candidates.in(scan).drop(tx), ranks.in(scan).drop(tx))
}

// DropUnfinished forgets the rows of scans that a stop of the program cut
// short. It is called before the first scan after a start.
func (s *Store) DropUnfinished(now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		var cut []Scan
		for sc, err := range scans.newestFirst(tx) {
			if err != nil {
				return err
			}
			if sc.EndedAt.IsZero() {
				cut = append(cut, sc)
			}
		}
		for _, sc := range cut {
			sc.EndedAt, sc.Problem = now, "interrupted"
			if err := endScan(tx, sc); err != nil {
				return err
			}
		}
		return nil
	})
}

// Scan is the scan with this id.
func (s *Store) Scan(id uint64) (sc Scan, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		var ok bool
		sc, ok, err = scans.get(tx, num(id))
		return errors.Join(err, notFound(ok, "scan", id))
	})
	return sc, err
}

// LastScan is the newest scan that ended well; ok is false before the first.
func (s *Store) LastScan() (sc Scan, ok bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for sc, err = range scans.newestFirst(tx) {
			if err != nil {
				return err
			}
			if !sc.EndedAt.IsZero() && sc.Problem == "" {
				ok = true
				return nil
			}
		}
		return nil
	})
	return sc, ok, err
}

// notFound is [ErrNotFound] with what was looked for, nil when it was found.
func notFound(ok bool, what string, id any) error {
	if ok {
		return nil
	}
	return fmt.Errorf("%s %v: %w", what, id, ErrNotFound)
}
