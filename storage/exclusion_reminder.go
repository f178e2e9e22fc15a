package storage

import (
	"cmp"
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

const (
	// endsSoon is how long before its end an exclusion is named in a report's
	// thread: as long as reports are apart.
	endsSoon = 7 * 24 * time.Hour
	// monthsBetweenReminders is how many months lie between two reminders of old exclusions.
	monthsBetweenReminders = 3
)

// Standing is an exclusion of a person or a rule, as both are listed.
type Standing struct {
	AccountID string // empty for a rule.
	Rule      string // empty for a person.
	By        string
	Since     time.Time
	Until     time.Time // zero: for ever.
	Reason    string
}

// EndsSoon reports whether it ends within the week after now.
func (e Standing) EndsSoon(now time.Time) bool {
	return !e.Until.IsZero() && !e.Until.After(now.Add(endsSoon))
}

// IsOld reports whether it stands for over a year.
func (e Standing) IsOld(now time.Time) bool { return e.Since.Before(now.AddDate(-1, 0, 0)) }

// Standing are the exclusions and the approvers' rules in effect: people first,
// the newest first among each.
func (s *Store) Standing(now time.Time) ([]Standing, error) {
	return view(s, func(tx *bolt.Tx) ([]Standing, error) { return activeExclusionsAt(tx, now) })
}

func activeExclusionsAt(tx *bolt.Tx, now time.Time) (out []Standing, err error) {
	people, errPeople := exclusionsAt(tx, now)
	rules, errRules := rulesAt(tx, now)
	if err := errors.Join(errPeople, errRules); err != nil {
		return nil, err
	}
	for _, e := range people {
		out = append(out, Standing{AccountID: e.AccountID, By: e.By, Since: e.Since, Until: e.Until, Reason: e.Reason})
	}
	for _, r := range rules {
		out = append(out, Standing{Rule: r.Rule, By: r.By, Since: r.Since, Until: r.Until, Reason: r.Reason})
	}
	slices.SortStableFunc(out, func(a, b Standing) int {
		if people := cmp.Compare(min(len(a.Rule), 1), min(len(b.Rule), 1)); people != 0 {
			return people
		}
		return b.Since.Compare(a.Since)
	})
	return out, nil
}

// addReminders plans the notes in a new report's thread about exclusions that end
// within a week, and once a quarter about those that stand for over a year. The
// notes hold nobody: who it is about is looked up when they are posted.
func addReminders(tx *bolt.Tx, r Report) error {
	all, err := activeExclusionsAt(tx, r.CreatedAt)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(e Standing) bool { return e.EndsSoon(r.CreatedAt) }) {
		if err := addNote(tx, Note{Kind: NoteEnding, ReportID: r.ID, At: r.CreatedAt}); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(all, func(e Standing) bool { return e.IsOld(r.CreatedAt) }) {
		return nil
	}
	last, named, err := getMeta[time.Time](tx, keyOldExclusionsNamed)
	if err != nil || named && r.CreatedAt.Before(last.AddDate(0, monthsBetweenReminders, 0)) {
		return err
	}
	if err := setMeta(tx, keyOldExclusionsNamed, r.CreatedAt); err != nil {
		return err
	}
	return addNote(tx, Note{Kind: NoteOld, ReportID: r.ID, At: r.CreatedAt})
}
