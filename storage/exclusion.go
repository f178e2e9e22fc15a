package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

var exclusions = table[Exclusion]{name: "exclusions"}

// Exclusion is a standing decision not to suspend a person.
type Exclusion struct {
	AccountID string    `json:"account_id"`
	By        string    `json:"by"`
	Since     time.Time `json:"since"`
	Until     time.Time `json:"until,omitzero"` // the first moment it no longer holds; zero: no end.
	Reason    string    `json:"reason,omitempty"`
}

// Holds reports whether the exclusion is in effect at now.
func (e Exclusion) Holds(now time.Time) bool {
	return e.AccountID != "" && (e.Until.IsZero() || now.Before(e.Until))
}

// Exclude stores the exclusion and notes it in the thread of every live report
// that lists the person. An exclusion in effect is replaced if the new one has
// its own end or reason; otherwise the [Refusal] says who made it and when.
func (s *Store) Exclude(e Exclusion) error {
	return s.decide(exclusionObject(e.AccountID), e.By, func(tx *bolt.Tx) error {
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
		text, err := saveText(tx, e.Reason)
		if err != nil {
			return err
		}
		if err := appendAudit(tx, AuditEntry{At: e.Since, Actor: e.By, Action: "exclude", Account: e.AccountID, Text: text, Detail: untilDetail(e.Until)}); err != nil {
			return err
		}
		return noteInReportsListing(tx, Note{Kind: NoteExcluded, By: e.By, At: e.Since, Accounts: []string{e.AccountID}, Text: e.Reason, Until: e.Until})
	})
}

// isUnchanged reports whether an exclusion has the end and the reason of the
// one in effect, or neither.
func isUnchanged(end, endNow time.Time, reason, reasonNow string) bool {
	return end.IsZero() && reason == "" || end.Equal(endNow) && reason == reasonNow
}

// UpdateExclusion changes the reason and the end of an exclusion in effect, and
// keeps who made it and when. It is refused if none is in effect.
func (s *Store) UpdateExclusion(e Exclusion, by string, now time.Time) error {
	return s.decide(exclusionObject(e.AccountID), by, func(tx *bolt.Tx) error {
		have, ok, err := exclusions.get(tx, []byte(e.AccountID))
		if err != nil {
			return err
		}
		if !ok || !have.Holds(now) {
			return Refusal{Cause: CauseNotExcluded}
		}
		if have.Reason == e.Reason && have.Until.Equal(e.Until) {
			return nil
		}
		have.Reason, have.Until = e.Reason, e.Until
		if err := exclusions.put(tx, []byte(e.AccountID), have); err != nil {
			return err
		}
		text, err := saveText(tx, e.Reason)
		if err != nil {
			return err
		}
		if err := appendAudit(tx, AuditEntry{At: now, Actor: by, Action: "exclude", Account: e.AccountID, Text: text, Detail: untilDetail(e.Until)}); err != nil {
			return err
		}
		return noteInReportsListing(tx, Note{Kind: NoteExclusionUpdated, By: by, At: now, Accounts: []string{e.AccountID}, Text: e.Reason, Until: e.Until})
	})
}

// Include ends an exclusion. It is refused if none is in effect.
func (s *Store) Include(accountID, by string, now time.Time) error {
	return s.decide(exclusionObject(accountID), by, func(tx *bolt.Tx) error {
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
		if err := appendAudit(tx, AuditEntry{At: now, Actor: by, Action: "include", Account: accountID}); err != nil {
			return err
		}
		return noteInReportsListing(tx, Note{Kind: NoteIncluded, By: by, At: now, Accounts: []string{accountID}})
	})
}

// noteInReportsListing plans a note in the thread of each live report that
// lists the first person of the note, and marks its message as stale.
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

func untilDetail(t time.Time) map[string]string {
	if t.IsZero() {
		return nil
	}
	return map[string]string{"until": t.UTC().Format(time.RFC3339)}
}

// Exclusion returns the exclusion of one person. It reports false if none is in
// effect.
func (s *Store) Exclusion(accountID string, now time.Time) (e Exclusion, ok bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		e, ok, err = exclusions.get(tx, []byte(accountID))
		return err
	})
	return e, ok && e.Holds(now), err
}

// Exclusions returns the exclusions in effect, ordered by account id.
func (s *Store) Exclusions(now time.Time) ([]Exclusion, error) {
	return view(s, func(tx *bolt.Tx) ([]Exclusion, error) { return exclusionsAt(tx, now) })
}

func exclusionsAt(tx *bolt.Tx, now time.Time) ([]Exclusion, error) {
	return collect(exclusions.all(tx, nil), func(e Exclusion) bool { return e.Holds(now) })
}
