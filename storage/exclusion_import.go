package storage

import (
	"errors"
	"fmt"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// ExclusionEntry is an exclusion of a person or by a rule, as it is exported
// and imported.
type ExclusionEntry struct {
	Who    string    `json:"who"`            // an account id, the email of a person that a scan has seen, or a rule.
	Rule   bool      `json:"rule,omitempty"` // Who is a rule.
	Until  time.Time `json:"until,omitzero"` // the first moment it no longer holds; zero: no end.
	Reason string    `json:"reason,omitempty"`
	By     string    `json:"by,omitempty"`    // who made it originally; empty: unknown.
	Since  time.Time `json:"since,omitzero"`  // when it was made; zero: now.
	Name   string    `json:"name,omitempty"`  // for the reader only.
	Email  string    `json:"email,omitempty"` // for the reader only.
}

// ImportResult is the outcome of an entry, or what it would be.
type ImportResult struct {
	Who     string `json:"who"`
	Outcome string `json:"outcome"` // one of the constants below.
}

// The outcomes of an import.
const (
	ImportAdded   = "added"
	ImportChanged = "changed" // the exclusion in effect had another end or reason.
	ImportAlready = "already" // nothing to do.
	ImportExpired = "over"    // its end has passed.
	ImportUnknown = "unknown" // no one, or more than one person, has this email.
)

// errDryRun rolls back the transaction of an import without apply.
var errDryRun = errors.New("dry run")

// Import stores exclusions in one transaction, with an audit entry for each and
// one for the import. Without apply it only returns what it would do.
func (s *Store) Import(list []ExclusionEntry, apply bool, now time.Time) (done []ImportResult, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		counts := map[string]int{}
		for _, e := range list {
			outcome, err := s.importOne(tx, e, now)
			if err != nil {
				return fmt.Errorf("import %s: %w", e.Who, err)
			}
			counts[outcome]++
			done = append(done, ImportResult{e.Who, outcome})
		}
		if !apply {
			return errDryRun
		}
		outcome := fmt.Sprintf("%d added, %d changed, %d of %d left out", counts[ImportAdded], counts[ImportChanged], len(list)-counts[ImportAdded]-counts[ImportChanged], len(list))
		return appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "import", Outcome: outcome})
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return done, err
}

func (s *Store) importOne(tx *bolt.Tx, e ExclusionEntry, now time.Time) (string, error) {
	if !e.Until.IsZero() && !now.Before(e.Until) {
		return ImportExpired, nil
	}
	if e.By == "" {
		e.By = Bot
	}
	if e.Since.IsZero() || e.Since.After(now) {
		e.Since = now
	}
	if e.Rule {
		return s.importRule(tx, e, now)
	}
	account, ok, err := accountOf(tx, e.Who)
	if err != nil || !ok {
		return ImportUnknown, err
	}
	return s.importExclusion(tx, account, e, now)
}

// accountOf returns the account id that an entry names. An email counts if
// exactly one person has it.
func accountOf(tx *bolt.Tx, who string) (account string, ok bool, err error) {
	if !strings.Contains(who, "@") {
		return who, true, nil
	}
	for p, err := range people.all(tx, nil) {
		if err != nil {
			return "", false, err
		}
		if strings.EqualFold(p.Email, who) {
			if account != "" {
				return "", false, nil
			}
			account = p.AccountID
		}
	}
	return account, account != "", nil
}

func (s *Store) importExclusion(tx *bolt.Tx, account string, e ExclusionEntry, now time.Time) (string, error) {
	have, ok, err := exclusions.get(tx, []byte(account))
	if err != nil {
		return "", err
	}
	outcome := ImportAdded
	if ok && have.Holds(now) {
		if have.Reason == e.Reason && have.Until.Equal(e.Until) {
			return ImportAlready, nil
		}
		outcome, e.By, e.Since = ImportChanged, have.By, have.Since
	}
	x := Exclusion{AccountID: account, By: e.By, Since: e.Since, Until: e.Until, Reason: e.Reason}
	if err := exclusions.put(tx, []byte(account), x); err != nil {
		return "", err
	}
	if err := s.recordDecision(tx, exclusionObject(account), e.By); err != nil {
		return "", err
	}
	text, err := saveText(tx, e.Reason)
	if err != nil {
		return "", err
	}
	if err := appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "import", Account: account, Outcome: outcome, Text: text, Detail: untilDetail(e.Until)}); err != nil {
		return "", err
	}
	return outcome, noteInReportsListing(tx, Note{Kind: NoteExcluded, By: e.By, At: now, Accounts: []string{account}, Text: e.Reason, Until: e.Until})
}

func (s *Store) importRule(tx *bolt.Tx, e ExclusionEntry, now time.Time) (string, error) {
	have, ok, err := rules.get(tx, []byte(e.Who))
	if err != nil {
		return "", err
	}
	if ok && have.Holds(now) {
		return ImportAlready, nil
	}
	r := Rule{Rule: e.Who, By: e.By, Since: e.Since, Until: e.Until, Reason: e.Reason}
	if err := putRule(tx, r); err != nil {
		return "", err
	}
	if err := s.recordDecision(tx, ruleObject(e.Who), e.By); err != nil {
		return "", err
	}
	text, err := saveText(tx, e.Who+" "+e.Reason)
	if err != nil {
		return "", err
	}
	if err := appendAudit(tx, AuditEntry{At: now, Actor: Bot, Action: "import", Outcome: ImportAdded, Text: text, Detail: untilDetail(e.Until)}); err != nil {
		return "", err
	}
	return ImportAdded, noteInLiveReports(tx, Note{Kind: NoteRuleAdded, By: e.By, At: now, Text: e.Who, Until: e.Until})
}

// ExclusionEntries returns the exclusions and rules in effect, in the form that
// [Store.Import] reads.
func (s *Store) ExclusionEntries(now time.Time) (out []ExclusionEntry, err error) {
	persons, err := s.Exclusions(now)
	if err != nil {
		return nil, err
	}
	for _, x := range persons {
		p, err := s.Person(x.AccountID)
		if err != nil {
			return nil, err
		}
		out = append(out, ExclusionEntry{Who: x.AccountID, Until: x.Until, Reason: x.Reason, By: x.By, Since: x.Since, Name: p.Name, Email: p.Email})
	}
	standing, err := s.Rules(now)
	for _, r := range standing {
		out = append(out, ExclusionEntry{Who: r.Rule, Rule: true, Until: r.Until, Reason: r.Reason, By: r.By, Since: r.Since})
	}
	return out, err
}
