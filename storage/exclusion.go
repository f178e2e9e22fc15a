package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

var exclusions = table[Exclusion]{name: "exclusions"}

// Exclusion is a standing decision to leave one person alone.
type Exclusion struct {
	AccountID string    `json:"account_id"`
	By        string    `json:"by"`
	Since     time.Time `json:"since"`
	Until     time.Time `json:"until,omitzero"` // the first moment it no longer holds; zero: for ever.
	Reason    string    `json:"reason,omitempty"`
}

// Holds reports whether the exclusion is in effect at now.
func (e Exclusion) Holds(now time.Time) bool {
	return e.AccountID != "" && (e.Until.IsZero() || now.Before(e.Until))
}

// Exclude keeps the exclusion, and notes it in the thread of every live report
// that lists the person. Where one is in effect already, the new one takes its
// place if it has an end or a reason of its own; otherwise the refusal tells by
// whom it is and since when.
func (s *Store) Exclude(e Exclusion) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		have, ok, err := exclusions.get(tx, []byte(e.AccountID))
		if err != nil {
			return err
		}
		if ok && have.Holds(e.Since) && isUnchanged(e.Until, have.Until, e.Reason, have.Reason) {
			return Refusal{Cause: CauseAlready, By: have.By, At: have.Since}
		}
		if err := exclusions.put(tx, []byte(e.AccountID), e); err != nil {
			return err
		}
		text, err := keepText(tx, e.Reason)
		if err != nil {
			return err
		}
		if err := appendAudit(tx, Line{At: e.Since, Actor: e.By, Action: "exclude", Account: e.AccountID, Text: text, Detail: until(e.Until)}); err != nil {
			return err
		}
		return noteInReportsListing(tx, Note{Kind: NoteExcluded, By: e.By, At: e.Since, Accounts: []string{e.AccountID}, Text: e.Reason, Until: e.Until})
	})
}

// isUnchanged reports whether an exclusion has no end and no reason of its own
// beside the one in effect.
func isUnchanged(end, endNow time.Time, reason, reasonNow string) bool {
	return end.IsZero() && reason == "" || end.Equal(endNow) && reason == reasonNow
}

// Explain changes the reason and the end of an exclusion that is in effect; who
// made it, and since when it holds, stay. Where none is in effect the refusal
// says so.
func (s *Store) Explain(e Exclusion, by string, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		have, ok, err := exclusions.get(tx, []byte(e.AccountID))
		if err != nil {
			return err
		}
		if !ok || !have.Holds(now) {
			return Refusal{Cause: CauseEnded}
		}
		if have.Reason == e.Reason && have.Until.Equal(e.Until) {
			return nil
		}
		have.Reason, have.Until = e.Reason, e.Until
		if err := exclusions.put(tx, []byte(e.AccountID), have); err != nil {
			return err
		}
		text, err := keepText(tx, e.Reason)
		if err != nil {
			return err
		}
		if err := appendAudit(tx, Line{At: now, Actor: by, Action: "exclude", Account: e.AccountID, Text: text, Detail: until(e.Until)}); err != nil {
			return err
		}
		return noteInReportsListing(tx, Note{Kind: NoteExplained, By: by, At: now, Accounts: []string{e.AccountID}, Text: e.Reason, Until: e.Until})
	})
}

// Include ends an exclusion. Where none is in effect the refusal says so.
func (s *Store) Include(accountID, by string, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		have, ok, err := exclusions.get(tx, []byte(accountID))
		if err != nil {
			return err
		}
		if !ok || !have.Holds(now) {
			return Refusal{Cause: CauseAlready}
		}
		if err := exclusions.delete(tx, []byte(accountID)); err != nil {
			return err
		}
		if err := appendAudit(tx, Line{At: now, Actor: by, Action: "include", Account: accountID}); err != nil {
			return err
		}
		return noteInReportsListing(tx, Note{Kind: NoteIncluded, By: by, At: now, Accounts: []string{accountID}})
	})
}

// noteInReportsListing plans a note in the thread of each live report that lists the
// note's first person, and has its message drawn again.
func noteInReportsListing(tx *bolt.Tx, n Note) error {
	all, err := liveReports(tx)
	if err != nil {
		return err
	}
	for _, r := range all {
		if !ranks.in(r.ScanID).has(tx, []byte(n.Accounts[0])) {
			continue
		}
		n.ReportID = r.ID
		if err := addNote(tx, n); err != nil {
			return err
		}
		if err := putReport(tx, &r); err != nil {
			return err
		}
	}
	return nil
}

func until(t time.Time) map[string]string {
	if t.IsZero() {
		return nil
	}
	return map[string]string{"until": t.UTC().Format(time.RFC3339)}
}

// Exclusion is the exclusion of one person; ok is false where there is none in
// effect.
func (s *Store) Exclusion(accountID string, now time.Time) (e Exclusion, ok bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		e, ok, err = exclusions.get(tx, []byte(accountID))
		return err
	})
	return e, ok && e.Holds(now), err
}

// Exclusions are the exclusions in effect, by account id.
func (s *Store) Exclusions(now time.Time) ([]Exclusion, error) {
	return view(s, func(tx *bolt.Tx) ([]Exclusion, error) { return exclusionsAt(tx, now) })
}

func exclusionsAt(tx *bolt.Tx, now time.Time) ([]Exclusion, error) {
	return collect(exclusions.all(tx, nil), func(e Exclusion) bool { return e.Holds(now) })
}
