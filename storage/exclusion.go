package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

var (
	exclusions = table[Exclusion]{name: "exclusions"}
	rules      = table[Rule]{name: "rules"}
)

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

// Rule is a standing exclusion by group, domain or glob that an approver has
// made; those of the settings are not stored.
type Rule struct {
	Rule   string    `json:"rule"` // "group:NAME", "domain:example.com" or a glob.
	By     string    `json:"by"`
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until,omitzero"`
	Reason string    `json:"reason,omitempty"`
}

// Holds reports whether the rule is in effect at now.
func (r Rule) Holds(now time.Time) bool { return r.Until.IsZero() || now.Before(r.Until) }

// Exclude keeps the exclusion, and notes it in the thread of every live report
// that lists the person. Where one is in effect already and the new one says
// nothing else, the refusal tells by whom and since when.
func (s *Store) Exclude(e Exclusion) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		have, ok, err := exclusions.get(tx, []byte(e.AccountID))
		if err != nil {
			return err
		}
		if ok && have.Holds(e.Since) && have.Reason == e.Reason && have.Until.Equal(e.Until) {
			return Refusal{Cause: CauseAlready, By: have.By, At: have.Since}
		}
		if err := exclusions.put(tx, []byte(e.AccountID), e); err != nil {
			return err
		}
		text, err := keepText(tx, e.Reason)
		if err != nil {
			return err
		}
		if err := record(tx, Line{At: e.Since, Actor: e.By, Action: "exclude", Account: e.AccountID, Text: text, Detail: until(e.Until)}); err != nil {
			return err
		}
		return tellReports(tx, Note{Kind: NoteExcluded, By: e.By, At: e.Since, Accounts: []string{e.AccountID}, Text: e.Reason, Until: e.Until})
	})
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
		if err := record(tx, Line{At: now, Actor: by, Action: "exclude", Account: e.AccountID, Text: text, Detail: until(e.Until)}); err != nil {
			return err
		}
		return tellReports(tx, Note{Kind: NoteExplained, By: by, At: now, Accounts: []string{e.AccountID}, Text: e.Reason, Until: e.Until})
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
		if err := record(tx, Line{At: now, Actor: by, Action: "include", Account: accountID}); err != nil {
			return err
		}
		return tellReports(tx, Note{Kind: NoteIncluded, By: by, At: now, Accounts: []string{accountID}})
	})
}

// tellReports plans a note in the thread of each live report that lists the
// note's first person, and has its message drawn again.
func tellReports(tx *bolt.Tx, n Note) error {
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
func (s *Store) Exclusions(now time.Time) (out []Exclusion, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for e, err := range exclusions.all(tx, nil) {
			if err != nil {
				return err
			}
			if e.Holds(now) {
				out = append(out, e)
			}
		}
		return nil
	})
	return out, err
}

// AddRule keeps a standing rule. Every live report is drawn again: it may match
// people in it.
func (s *Store) AddRule(r Rule) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		if have, ok, err := rules.get(tx, []byte(r.Rule)); err != nil || ok && have.Holds(r.Since) {
			if err != nil {
				return err
			}
			return Refusal{Cause: CauseAlready, By: have.By, At: have.Since}
		}
		if err := putRule(tx, r); err != nil {
			return err
		}
		text, err := keepText(tx, r.Rule+" "+r.Reason)
		if err != nil {
			return err
		}
		if err := record(tx, Line{At: r.Since, Actor: r.By, Action: "add rule", Text: text, Detail: until(r.Until)}); err != nil {
			return err
		}
		return tellAllReports(tx, Note{Kind: NoteRuleAdded, By: r.By, At: r.Since, Text: r.Rule, Until: r.Until})
	})
}

// putRule keeps a new rule, and makes a new version of the rules of it.
func putRule(tx *bolt.Tx, r Rule) error {
	if _, err := rules.next(tx); err != nil {
		return err
	}
	return rules.put(tx, []byte(r.Rule), r)
}

// RulesVersion changes whenever a rule is added. Read it before the [Store.Rules]
// that somebody is judged by; see [Store.Claim].
func (s *Store) RulesVersion() (n uint64, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		n = rules.bucket(tx).Sequence()
		return nil
	})
	return n, err
}

// RemoveRule ends a standing rule.
func (s *Store) RemoveRule(rule, by string, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		if have, ok, err := rules.get(tx, []byte(rule)); err != nil || !ok || !have.Holds(now) {
			if err != nil {
				return err
			}
			return Refusal{Cause: CauseAlready}
		}
		if err := rules.delete(tx, []byte(rule)); err != nil {
			return err
		}
		text, err := keepText(tx, rule)
		if err != nil {
			return err
		}
		if err := record(tx, Line{At: now, Actor: by, Action: "remove rule", Text: text}); err != nil {
			return err
		}
		return tellAllReports(tx, Note{Kind: NoteRuleRemoved, By: by, At: now, Text: rule})
	})
}

func tellAllReports(tx *bolt.Tx, n Note) error {
	all, err := liveReports(tx)
	if err != nil {
		return err
	}
	for _, r := range all {
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

// Rules are the stored rules in effect, by name.
func (s *Store) Rules(now time.Time) (out []Rule, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for r, err := range rules.all(tx, nil) {
			if err != nil {
				return err
			}
			if r.Holds(now) {
				out = append(out, r)
			}
		}
		return nil
	})
	return out, err
}
