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

// keptScanCount is the number of scans whose rows are stored: the last one for
// answers, and the one before it for comparison.
const keptScanCount = 2

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
	Protect        []ProtectEntry `json:"protect,omitempty"`      // entries to name in the report.
	OrgAdmin       string         `json:"org_admin,omitempty"`    // the account of an org admin, to check later answers; empty: none is known.
	Locks          []Lock         `json:"locks,omitempty"`        // what looked wrong.
	Overridden     bool           `json:"overridden,omitempty"`   // approvers overrode its lock.
	Problem        string         `json:"problem,omitempty"`      // why it ended without a result.
}

// Cutoff returns the moment before which the last activity counts as inactive.
func (sc Scan) Cutoff() time.Time { return sc.StartedAt.AddDate(0, 0, -sc.InactiveDays) }

// BeginScan assigns an id to the scan and creates the buckets for its rows.
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
		return scans.put(tx, numberKey(sc.ID), sc)
	})
	return sc, err
}

// EndScan ends the scan and deletes the rows of older scans. The rows of a scan
// with a problem are deleted, too, because it read only a part of the
// directory.
func (s *Store) EndScan(sc Scan) error {
	return s.db.Update(func(tx *bolt.Tx) error { return endScan(tx, sc) })
}

func endScan(tx *bolt.Tx, sc Scan) error {
	have, ok, err := scans.get(tx, numberKey(sc.ID))
	if err != nil || !ok {
		return errors.Join(err, notFound(ok, "scan", sc.ID))
	}
	sc.Lanes, sc.People, sc.CanLogIn = have.Lanes, have.People, have.CanLogIn
	if err := scans.put(tx, numberKey(sc.ID), sc); err != nil {
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
	return appendAudit(tx, AuditEntry{At: sc.EndedAt, Actor: sc.By, Action: "scan", Outcome: scanOutcome(sc), Detail: map[string]string{
		"scan": fmt.Sprint(sc.ID), "people": fmt.Sprint(sc.People), "candidates": fmt.Sprint(sc.Candidates()), "source": sc.Source,
	}})
}

func scanOutcome(sc Scan) string {
	if sc.Problem != "" {
		return "failed: " + sc.Problem
	}
	return "complete"
}

const (
	// LaneInactive is the only lane whose people are candidates.
	LaneInactive = "inactive"
	// LaneAlreadyOff is the lane of people who cannot log in.
	LaneAlreadyOff = "already_off"
)

// Candidates returns how many people the scan found inactive.
func (sc Scan) Candidates() int { return sc.Lanes[LaneInactive] }

// dropOldRows deletes the rows of all scans except the last completed ones and
// the last trusted one. Candidates stay as long as their report.
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
		if kept++; kept > keptScanCount && (baseline || !sc.Trusted()) {
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

// DropUnfinished ends the scans that a shutdown interrupted and deletes their
// rows. It is called before the first scan after a start.
func (s *Store) DropUnfinished(now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		cut, err := collect(scans.newestFirst(tx), func(sc Scan) bool { return sc.EndedAt.IsZero() })
		if err != nil {
			return err
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

// Scan returns a scan by its id.
func (s *Store) Scan(id uint64) (Scan, error) {
	return view(s, func(tx *bolt.Tx) (Scan, error) {
		sc, ok, err := scans.get(tx, numberKey(id))
		return sc, errors.Join(err, notFound(ok, "scan", id))
	})
}

// LastScan returns the newest scan that was completed. It reports false before
// the first.
func (s *Store) LastScan() (sc Scan, ok bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		sc, ok, err = lastScan(tx)
		return err
	})
	return sc, ok, err
}

func lastScan(tx *bolt.Tx) (Scan, bool, error) {
	for sc, err := range scans.newestFirst(tx) {
		if err != nil || !sc.EndedAt.IsZero() && sc.Problem == "" {
			return sc, err == nil, err
		}
	}
	return Scan{}, false, nil
}

// notFound returns an [ErrNotFound] that names what was looked up, or nil if
// ok.
func notFound(ok bool, what string, id any) error {
	if ok {
		return nil
	}
	return fmt.Errorf("%s %v: %w", what, id, ErrNotFound)
}
