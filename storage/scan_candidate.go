package storage

import (
	"cmp"
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Candidate is a person of a report with what was decided since.
type Candidate struct {
	Row       Row
	Person    Person
	Exclusion Exclusion // zero: none in effect.
	Step      Step      // the step in this report. In a live report without one: the step of another report that suspended the person. Zero: none.
	Rule      string    // the rule that excludes the person now; the caller fills it in.
}

// Open reports whether nothing has been decided about the candidate yet.
func (c Candidate) Open() bool {
	return c.Exclusion.AccountID == "" && c.Step.AccountID == "" && c.Rule == ""
}

// Candidates returns the people of a report in the order in which they are
// shown.
func (s *Store) Candidates(r Report, now time.Time) (out []Candidate, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for row, err := range candidates.in(r.ScanID).all(tx, nil) {
			if err != nil {
				return err
			}
			c, err := candidate(tx, r, row, now)
			if err != nil {
				return err
			}
			out = append(out, c)
		}
		return nil
	})
	return out, err
}

func candidate(tx *bolt.Tx, r Report, row Row, now time.Time) (Candidate, error) {
	c := Candidate{Row: row}
	account := []byte(row.AccountID)
	e, _, errExclusion := exclusions.get(tx, account)
	if e.Holds(now) {
		c.Exclusion = e
	}
	var errOurs, errStep, errPerson error
	of := r.ID
	if r.State.Live() && !steps.has(tx, numberedKey(of, row.AccountID)) {
		of, _, errOurs = activeSuspensions.get(tx, account)
	}
	c.Step, _, errStep = steps.get(tx, numberedKey(of, row.AccountID))
	c.Person, errPerson = person(tx, row.AccountID)
	return c, errors.Join(errExclusion, errOurs, errStep, errPerson)
}

// isDecided reports whether something has been decided about a candidate: an
// exclusion is in effect, the report has a step, or another report's suspension
// is in effect, so that two reports never act on one person.
func isDecided(tx *bolt.Tx, r Report, account string, now time.Time) (bool, error) {
	e, _, err := exclusions.get(tx, []byte(account))
	return e.Holds(now) || steps.has(tx, numberedKey(r.ID, account)) || activeSuspensions.has(tx, []byte(account)), err
}

// Candidate returns one person of a report. The error is [ErrNotFound] if the
// report does not list the person.
func (s *Store) Candidate(r Report, accountID string, now time.Time) (c Candidate, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		rank, ok, err := ranks.in(r.ScanID).get(tx, []byte(accountID))
		if err != nil || !ok {
			return errors.Join(err, notFound(ok, "candidate", accountID))
		}
		row, ok, err := candidates.in(r.ScanID).get(tx, rank)
		if err != nil || !ok {
			return errors.Join(err, notFound(ok, "candidate", accountID))
		}
		c, err = candidate(tx, r, row, now)
		return err
	})
	return c, err
}

// CandidateRow returns the decision of a scan about a candidate. It is stored as long as
// the report. It reports false if the scan did not list the person.
func (s *Store) CandidateRow(scan uint64, accountID string) (r Row, ok bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		rank, listed, err := ranks.in(scan).get(tx, []byte(accountID))
		if err != nil || !listed {
			return err
		}
		r, ok, err = candidates.in(scan).get(tx, rank)
		return err
	})
	return r, ok, err
}

// countUndecided returns the number of candidates without a decision.
func countUndecided(tx *bolt.Tx, r Report, now time.Time) (n int, err error) {
	for row, err := range candidates.in(r.ScanID).all(tx, nil) {
		if err != nil {
			return 0, err
		}
		if done, err := isDecided(tx, r, row.AccountID, now); err != nil {
			return 0, err
		} else if !done {
			n++
		}
	}
	return n, nil
}

// AccountState is what is stored about an account and affects its lane.
type AccountState struct {
	Exclusion    Exclusion // zero: none in effect.
	RestoredAt   time.Time // zero: never, or unknown.
	WasDisabled  bool      // an earlier scan found the account disabled, or this bot had suspended it.
	WasCandidate bool      // listed by the last report.
	ManagedBy    string    // who manages the account, as the last scan knew it; empty: not known.
}

// AccountStates returns what is stored about the accounts, in their order. The
// accounts were read at from or later. A suspension that was confirmed after
// from does not count, because the read may be older.
func (s *Store) AccountStates(accounts []string, from, now time.Time) (out []AccountState, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		before, err := findPrevious(tx)
		if err != nil {
			return err
		}
		for _, account := range accounts {
			k, err := accountState(tx, account, before, from, now)
			if err != nil {
				return err
			}
			out = append(out, k)
		}
		return nil
	})
	return out, err
}

// previous holds the scans that a new one is compared with, 0 if there is none.
type previous struct {
	scan, reported uint64
	at             time.Time // when the scan began.
}

func findPrevious(tx *bolt.Tx) (b previous, err error) {
	sc, _, err := lastScan(tx)
	if err != nil {
		return b, err
	}
	b.scan, b.at = sc.ID, sc.StartedAt
	for r, err := range reports.newestFirst(tx) {
		b.reported = r.ScanID
		return b, err
	}
	return b, nil
}

func accountState(tx *bolt.Tx, account string, b previous, from, now time.Time) (k AccountState, err error) {
	key := []byte(account)
	e, _, err := exclusions.get(tx, key)
	if err != nil {
		return k, err
	}
	if e.Holds(now) {
		k.Exclusion = e
	}
	if k.RestoredAt, _, err = restored.get(tx, key); err != nil {
		return k, err
	}
	row, _, err := rows.in(b.scan).get(tx, key)
	if err != nil {
		return k, err
	}
	k.ManagedBy = cmp.Or(row.ManagedBy, row.ManagedBefore)
	k.WasDisabled = row.AccountID != "" && !row.CanLogIn && k.RestoredAt.Before(b.at)
	if of, suspended, err := activeSuspensions.get(tx, key); err != nil {
		return k, err
	} else if suspended {
		st, err := step(tx, of, account)
		if err != nil {
			return k, err
		}
		known := (st.State == StepSuspended || st.Unclear() && st.Accepted) && !st.SettledAt.After(from) && !k.RestoredAt.After(st.SettledAt)
		k.WasDisabled = k.WasDisabled || known
	}
	k.WasCandidate = ranks.in(b.reported).has(tx, key)
	return k, nil
}

// SampleCandidates returns up to limit candidates of a scan, spread evenly.
func (s *Store) SampleCandidates(scan uint64, limit int) (out []Row, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		all := 0
		for range candidates.in(scan).keys(tx, nil) {
			all++
		}
		i, every := 0, max(1, all/limit)
		for r, err := range candidates.in(scan).all(tx, nil) {
			if err != nil || len(out) == limit {
				return err
			}
			if i%every == 0 {
				out = append(out, r)
			}
			i++
		}
		return nil
	})
	return out, err
}
