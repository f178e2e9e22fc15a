package view

import (
	"errors"
	"strings"
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// Why returns what is known about one person's lane.
func (v *View) Why(who storage.Person) (blocks.Why, error) {
	w := blocks.Why{Person: who, Now: time.Now().UTC()}
	var errRow, errStep, errExclusion, errScan error
	if sc, ok, err := v.store.LastScan(); ok {
		w.Scan, errScan = sc, err
		w.Row, _, errRow = v.store.Row(sc.ID, who.AccountID)
	} else {
		errScan = err
	}
	w.Step, w.Batch, _, errStep = v.store.LastStep(who.AccountID)
	if e, ok, err := v.store.Exclusion(who.AccountID, w.Now); ok {
		w.Exclusion = e // one that is over is none.
	} else {
		errExclusion = err
	}
	if err := errors.Join(errScan, errRow, errStep, errExclusion); err != nil {
		return w, err
	}
	err := v.whyRule(&w)
	w.Ended = w.Row.Lane == string(policy.Excluded) && w.Exclusion.AccountID == "" && w.Rule.Rule == ""
	return w, err
}

// whyRule finds the rule that matches the person today. Groups are known only
// for candidates; for others, the rule that decided counts as long as it
// exists.
func (v *View) whyRule(w *blocks.Why) error {
	stored, err := v.store.Rules(w.Now)
	if err != nil {
		return err
	}
	decided, byRule := strings.CutPrefix(w.Row.Reason, string(policy.ByRule)+":")
	person := asUser(storage.Candidate{Row: w.Row, Person: w.Person})
	person.AccountID = w.Person.AccountID
	matches := func(r policy.Rule) bool { return r.Matches(person) || byRule && r.String() == decided }
	for _, r := range v.options.Rules {
		if matches(r) {
			w.Rule = storage.Rule{Rule: r.String()}
			return nil
		}
	}
	for _, r := range stored {
		if rule, err := policy.ParseRule(r.Rule); err == nil && matches(rule) {
			w.Rule = r
			return nil
		}
	}
	return nil
}
