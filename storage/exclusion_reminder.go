package storage

import (
	"cmp"
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

const (
	// endsSoon is the time before its end at which an exclusion is mentioned in
	// a report's thread: the usual time between two reports.
	endsSoon = 7 * 24 * time.Hour
	// monthsBetweenReminders is the time between two reminders of old
	// exclusions.
	monthsBetweenReminders = 3
)

// ActiveExclusion is an exclusion of a person or a rule, as both are listed.
type ActiveExclusion struct {
	AccountID string // empty for a rule.
	Rule      string // empty for a person.
	By        string
	Since     time.Time
	Until     time.Time // zero: no end.
	Reason    string
}

// EndsSoon reports whether the exclusion ends within the week after now.
func (e ActiveExclusion) EndsSoon(now time.Time) bool {
	return !e.Until.IsZero() && !e.Until.After(now.Add(endsSoon))
}

// IsOld reports whether the exclusion is more than a year old.
func (e ActiveExclusion) IsOld(now time.Time) bool { return e.Since.Before(now.AddDate(-1, 0, 0)) }

// ActiveExclusions returns the exclusions and the approvers' rules in effect:
// people first, then rules, each newest first.
func (s *Store) ActiveExclusions(now time.Time) ([]ActiveExclusion, error) {
	return view(s, func(tx *bolt.Tx) ([]ActiveExclusion, error) { return activeExclusionsAt(tx, now) })
}

func activeExclusionsAt(tx *bolt.Tx, now time.Time) (out []ActiveExclusion, err error) {
	people, errPeople := exclusionsAt(tx, now)
	rules, errRules := rulesAt(tx, now)
	if err := errors.Join(errPeople, errRules); err != nil {
		return nil, err
	}
	for _, e := range people {
		out = append(out, ActiveExclusion{AccountID: e.AccountID, By: e.By, Since: e.Since, Until: e.Until, Reason: e.Reason})
	}
	for _, r := range rules {
		out = append(out, ActiveExclusion{Rule: r.Rule, By: r.By, Since: r.Since, Until: r.Until, Reason: r.Reason})
	}
	slices.SortStableFunc(out, func(a, b ActiveExclusion) int {
		if people := cmp.Compare(min(len(a.Rule), 1), min(len(b.Rule), 1)); people != 0 {
			return people
		}
		return b.Since.Compare(a.Since)
	})
	return out, nil
}

// addReminders plans the notes in a new report's thread about exclusions that
// end within a week and, once a quarter, about those that are more than a year
// old. The notes contain no people; they are looked up when the note is posted.
func addReminders(tx *bolt.Tx, r Report) error {
	all, err := activeExclusionsAt(tx, r.CreatedAt)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(e ActiveExclusion) bool { return e.EndsSoon(r.CreatedAt) }) {
		if err := addNote(tx, Note{Kind: NoteEndingExclusions, ReportID: r.ID, At: r.CreatedAt}); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(all, func(e ActiveExclusion) bool { return e.IsOld(r.CreatedAt) }) {
		return nil
	}
	last, named, err := getMeta[time.Time](tx, keyOldExclusionsNoted)
	if err != nil || named && r.CreatedAt.Before(last.AddDate(0, monthsBetweenReminders, 0)) {
		return err
	}
	if err := setMeta(tx, keyOldExclusionsNoted, r.CreatedAt); err != nil {
		return err
	}
	return addNote(tx, Note{Kind: NoteOldExclusions, ReportID: r.ID, At: r.CreatedAt})
}
