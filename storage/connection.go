package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// AbsentAfter is how long the bot may be without a connection to Slack before
// the people who pressed meanwhile are told.
const AbsentAfter = 15 * time.Minute

// StillConnected says that the bot is, or was until now, connected to Slack.
func (s *Store) StillConnected(now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error { return setMeta(tx, keyConnected, now) })
}

// Connected says that the bot is connected to Slack again. Where it had been away
// for too long it plans a note in the thread of each report that could be pressed
// meanwhile: presses of that time did not count. Away is how long that was, 0
// where it was not too long.
func (s *Store) Connected(now time.Time) (away time.Duration, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		last, known, err := getMeta[time.Time](tx, keyConnected)
		if err != nil {
			return err
		}
		if known && now.Sub(last) > AbsentAfter {
			away = now.Sub(last)
			if err := noteOutage(tx, last, now); err != nil {
				return err
			}
		}
		return setMeta(tx, keyConnected, now)
	})
	return away, err
}

// noteOutage plans the notes about an absence. A report made during it is told
// of from its making on.
func noteOutage(tx *bolt.Tx, from, until time.Time) error {
	var missed []Note
	for key := range live.keys(tx, nil) {
		r, ok, err := reports.get(tx, key)
		if err != nil {
			return err
		}
		since := from
		if r.CreatedAt.After(since) {
			since = r.CreatedAt
		}
		if ok && until.Sub(since) > AbsentAfter {
			missed = append(missed, Note{Kind: NoteAbsent, ReportID: r.ID, At: since, Until: until})
		}
	}
	for _, n := range missed {
		if err := addNote(tx, n); err != nil {
			return err
		}
	}
	return nil
}
