package storage

import (
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

var (
	reports = table[Report]{name: "reports"}
	slots   = table[uint64]{name: "slots"}
	live    = table[bool]{name: "live"}
	stale   = table[bool]{name: "stale"}
)

// ReportState is the state of a report.
type ReportState string

// The states of a report. Only open and locked ones can be superseded or expire.
const (
	ReportLocked     ReportState = "locked"
	ReportOpen       ReportState = "open"
	ReportAwaiting   ReportState = "awaiting_second"
	ReportExecuting  ReportState = "executing"
	ReportStopped    ReportState = "stopped"
	ReportDone       ReportState = "done"
	ReportSuperseded ReportState = "superseded"
	ReportExpired    ReportState = "expired"
)

// Live reports whether the report can still change.
func (s ReportState) Live() bool {
	return s != ReportDone && s != ReportSuperseded && s != ReportExpired
}

// Busy reports whether a batch of the report waits for approval or runs.
func (s ReportState) Busy() bool {
	return s == ReportAwaiting || s == ReportExecuting || s == ReportStopped
}

// Report is a published scan: one message bound to a set of candidates that
// never changes. Exclusions and steps record what happened to each of them.
type Report struct {
	ID              uint64      `json:"id"`
	ScanID          uint64      `json:"scan_id"`
	Slot            string      `json:"slot"` // the scheduled time, or the request that started the scan.
	Hash            string      `json:"hash"` // SHA-256 over the candidates' account ids in order.
	State           ReportState `json:"state"`
	CreatedAt       time.Time   `json:"created_at"`
	ExpiresAt       time.Time   `json:"expires_at"`
	Candidates      int         `json:"candidates"`
	BatchID         uint64      `json:"batch_id,omitempty"`      // the last batch, 0 before the first.
	Locks           []Lock      `json:"locks,omitempty"`         // why it is or was locked.
	Overrides       []Approval  `json:"overrides,omitempty"`     // who overrode the lock.
	SupersededBy    uint64      `json:"superseded_by,omitempty"` // the report that superseded it.
	SweptAt         time.Time   `json:"swept_at,omitzero"`       // when its list of people was deleted.
	FullListRequest Approval    `json:"sheet,omitzero"`          // who asked for the list of all people in the thread; zero: no one.
	Files           []string    `json:"files,omitempty"`         // the ids of the lists in the thread.
	Message         Message     `json:"message,omitzero"`
	Version         uint64      `json:"version"`          // incremented when the content of the message changes.
	PostedVersion   uint64      `json:"drawn"`            // the version that the message shows.
	Hidden          bool        `json:"hidden,omitempty"` // the message shows no names, because others could read the channel.
}

// Message is where something was posted. The zero value means that it was not
// posted.
type Message struct {
	Channel     string    `json:"channel"`
	TS          string    `json:"ts"`
	AttemptedAt time.Time `json:"tried_at,omitzero"` // a post was started and its result is unknown.
}

// putReport stores a changed report with its indexes and marks its message as
// stale.
func putReport(tx *bolt.Tx, r *Report) error {
	r.Version++
	key := numberKey(r.ID)
	if err := setIndex(tx, live, key, r.State.Live()); err != nil {
		return err
	}
	if err := stale.put(tx, key, true); err != nil {
		return err
	}
	return reports.put(tx, key, *r)
}

// setIndex sets or clears an entry of an index.
func setIndex(tx *bolt.Tx, index table[bool], key []byte, on bool) error {
	if on {
		return index.put(tx, key, true)
	}
	return index.delete(tx, key)
}

// markStale marks a report's message as stale because something it shows has
// changed.
func markStale(tx *bolt.Tx, id uint64) error {
	r, ok, err := reports.get(tx, numberKey(id))
	if err != nil || !ok {
		return err
	}
	return putReport(tx, &r)
}

func liveReports(tx *bolt.Tx) (out []Report, err error) {
	for key := range live.keys(tx, nil) {
		r, ok, err := reports.get(tx, key)
		if err != nil || !ok {
			return nil, errors.Join(err, notFound(ok, "report", quoteKey(key)))
		}
		out = append(out, r)
	}
	return out, nil
}

// Report returns a report by its id.
func (s *Store) Report(id uint64) (Report, error) {
	return view(s, func(tx *bolt.Tx) (Report, error) { return report(tx, id) })
}

func report(tx *bolt.Tx, id uint64) (Report, error) {
	r, ok, err := reports.get(tx, numberKey(id))
	return r, errors.Join(err, notFound(ok, "report", id))
}

// LiveReports returns the reports that can still change, oldest first.
func (s *Store) LiveReports() ([]Report, error) { return view(s, liveReports) }

// LastReport returns the newest report. It reports false before the first.
func (s *Store) LastReport() (r Report, ok bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for r, err = range reports.newestFirst(tx) {
			ok = err == nil
			return err
		}
		return nil
	})
	return r, ok, err
}

// ReportsUpTo returns a report and those before it, at most limit of them,
// oldest first.
func (s *Store) ReportsUpTo(id uint64, limit int) (out []Report, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for r, err := range reports.newestFirst(tx) {
			if err != nil {
				return err
			}
			if r.ID > id {
				continue
			}
			if out = append(out, r); len(out) == limit {
				return nil
			}
		}
		return nil
	})
	slices.Reverse(out)
	return out, err
}

// Expire ends the reports that have reached their expiry time.
func (s *Store) Expire(now time.Time) error {
	all, err := s.LiveReports()
	due := func(r Report) bool { return !r.State.Busy() && !now.Before(r.ExpiresAt) }
	if err != nil || !slices.ContainsFunc(all, due) {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		all, err := liveReports(tx)
		if err != nil {
			return err
		}
		for _, r := range all {
			if !due(r) {
				continue
			}
			r.State = ReportExpired
			if err := errors.Join(deleteFiles(tx, &r, now), putReport(tx, &r)); err != nil {
				return err
			}
			if err := appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "expire", Report: r.ID}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Invalidate marks the message of a report as stale, so that it is redrawn.
func (s *Store) Invalidate(id uint64) error {
	return s.db.Update(func(tx *bolt.Tx) error { return markStale(tx, id) })
}
