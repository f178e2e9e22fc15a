package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// OutageNoticeAfter is the time without a connection to Slack after which a
// note tells people that their presses were lost.
const OutageNoticeAfter = 15 * time.Minute

// RecordConnected records that the bot is, or was until now, connected to
// Slack.
func (s *Store) RecordConnected(now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error { return setMeta(tx, keyConnected, now) })
}

// RecordReconnected records that the bot is connected to Slack again. After an
// outage of more than [OutageNoticeAfter] it plans a note in the thread of each
// report that was live during the outage, because presses in that time did not
// count. It returns the duration of such an outage, otherwise 0.
func (s *Store) RecordReconnected(now time.Time) (away time.Duration, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		last, known, err := getMeta[time.Time](tx, keyConnected)
		if err != nil {
			return err
		}
		if known && now.Sub(last) > OutageNoticeAfter {
			away = now.Sub(last)
			if err := noteOutage(tx, last, now); err != nil {
				return err
			}
		}
		return setMeta(tx, keyConnected, now)
	})
	return away, err
}

// noteOutage plans the notes about an outage. For a report made during it, the
// outage counts from when the report was made.
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
		if ok && until.Sub(since) > OutageNoticeAfter {
			missed = append(missed, Note{Kind: NoteDisconnected, ReportID: r.ID, At: since, Until: until})
		}
	}
	for _, n := range missed {
		if err := addNote(tx, n); err != nil {
			return err
		}
	}
	return nil
}
