package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

var rules = table[Rule]{name: "rules"}

// Rule is a standing exclusion by group, domain or glob that an approver made.
// Rules of the settings are not stored.
type Rule struct {
	Rule   string    `json:"rule"` // "group:NAME", "domain:example.com" or a glob.
	By     string    `json:"by"`
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until,omitzero"`
	Reason string    `json:"reason,omitempty"`
}

// Holds reports whether the rule is in effect at now.
func (r Rule) Holds(now time.Time) bool { return r.Until.IsZero() || now.Before(r.Until) }

// AddRule stores a standing rule. It notes the rule in every live report, whose
// message becomes stale because the rule may match people in it. A rule in
// effect is replaced or refused as in [Store.Exclude].
func (s *Store) AddRule(r Rule) error {
	return s.decide(ruleObject(r.Rule), r.By, func(tx *bolt.Tx) error {
		have, ok, err := rules.get(tx, []byte(r.Rule))
		if err != nil {
			return err
		}
		if ok && have.Holds(r.Since) && isUnchanged(r.Until, have.Until, r.Reason, have.Reason) {
			return Refusal{Cause: CauseAlready, By: have.By, At: have.Since}
		}
		if err := putRule(tx, r); err != nil {
			return err
		}
		text, err := saveText(tx, r.Rule+" "+r.Reason)
		if err != nil {
			return err
		}
		if err := appendAudit(tx, AuditEntry{At: r.Since, Actor: r.By, Action: "add rule", Text: text, Detail: untilDetail(r.Until)}); err != nil {
			return err
		}
		return noteInLiveReports(tx, Note{Kind: NoteRuleAdded, By: r.By, At: r.Since, Text: r.Rule, Until: r.Until})
	})
}

// putRule stores a new rule and increments the version of the rules.
func putRule(tx *bolt.Tx, r Rule) error {
	if _, err := rules.next(tx); err != nil {
		return err
	}
	return rules.put(tx, []byte(r.Rule), r)
}

// RulesVersion returns a number that changes whenever a rule is added. Read it
// before the [Store.Rules] that a decision is based on; see [Store.Claim].
func (s *Store) RulesVersion() (uint64, error) {
	return view(s, func(tx *bolt.Tx) (uint64, error) { return rules.bucket(tx).Sequence(), nil })
}

// RemoveRule ends a standing rule.
func (s *Store) RemoveRule(rule, by string, now time.Time) error {
	return s.decide(ruleObject(rule), by, func(tx *bolt.Tx) error {
		if have, ok, err := rules.get(tx, []byte(rule)); err != nil || !ok || !have.Holds(now) {
			if err != nil {
				return err
			}
			return Refusal{Cause: CauseAlready}
		}
		if err := rules.delete(tx, []byte(rule)); err != nil {
			return err
		}
		text, err := saveText(tx, rule)
		if err != nil {
			return err
		}
		if err := appendAudit(tx, AuditEntry{At: now, Actor: by, Action: "remove rule", Text: text}); err != nil {
			return err
		}
		return noteInLiveReports(tx, Note{Kind: NoteRuleRemoved, By: by, At: now, Text: rule})
	})
}

func noteInLiveReports(tx *bolt.Tx, n Note) error {
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

// Rules returns the stored rules in effect, ordered by name.
func (s *Store) Rules(now time.Time) ([]Rule, error) {
	return view(s, func(tx *bolt.Tx) ([]Rule, error) { return rulesAt(tx, now) })
}

func rulesAt(tx *bolt.Tx, now time.Time) ([]Rule, error) {
	return collect(rules.all(tx, nil), func(r Rule) bool { return r.Holds(now) })
}
