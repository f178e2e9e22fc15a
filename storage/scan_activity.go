package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

var activity = table[LastSeen]{name: "activity"}

// LastSeen is when somebody was last known to use the product in scope. It can
// only protect: until Next the person need not be asked about again, because the
// use lies within the threshold.
type LastSeen struct {
	AccountID  string    `json:"account_id"`
	LastActive time.Time `json:"last_active"` // zero: nothing is known.
	Next       time.Time `json:"next"`        // when to ask again.
}

// ActivityFor makes sure that what is remembered was learnt for this scope, a
// product and its sites; what was learnt for another is forgotten.
func (s *Store) ActivityFor(scope string) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		have, _, err := getMeta[string](tx, keyScope)
		if err != nil || have == scope {
			return err
		}
		if err := tx.DeleteBucket([]byte(activity.name)); err != nil {
			return err
		}
		if _, err := tx.CreateBucket([]byte(activity.name)); err != nil {
			return err
		}
		return setMeta(tx, keyScope, scope)
	})
}

// Activity is what is remembered about the accounts, in their order.
func (s *Store) Activity(accounts []string) (out []LastSeen, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for _, account := range accounts {
			seen, _, err := activity.get(tx, []byte(account))
			if err != nil {
				return err
			}
			out = append(out, seen)
		}
		return nil
	})
	return out, err
}

// KeepActivity remembers what was learnt, in one transaction.
func (s *Store) KeepActivity(all []LastSeen) error {
	if len(all) == 0 {
		return nil
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		for _, seen := range all {
			if err := activity.put(tx, []byte(seen.AccountID), seen); err != nil {
				return err
			}
		}
		return nil
	})
}
