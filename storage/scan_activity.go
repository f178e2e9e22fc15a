package storage

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

var activity = table[CachedActivity]{name: "activity"}

// CachedActivity is a use of the product in scope that a scan read. It can only
// protect: until CheckAfter the person need not be read again, because the use
// is within the threshold.
type CachedActivity struct {
	AccountID  string    `json:"account_id"`
	LastActive time.Time `json:"last_active"` // zero: nothing is known.
	CheckAfter time.Time `json:"next"`        // when to read it again.
}

// SetActivityScope sets the scope of the cached activity, which is a product
// and its sites. A change of scope deletes the cache.
func (s *Store) SetActivityScope(scope string) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		have, _, err := getMeta[string](tx, keyActivityScope)
		if err != nil || have == scope {
			return err
		}
		if err := tx.DeleteBucket([]byte(activity.name)); err != nil {
			return err
		}
		if _, err := tx.CreateBucket([]byte(activity.name)); err != nil {
			return err
		}
		return setMeta(tx, keyActivityScope, scope)
	})
}

// Activity returns the cached activity of the accounts, in their order.
func (s *Store) Activity(accounts []string) (out []CachedActivity, err error) {
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

// SaveActivity stores the activity of several people in one transaction.
func (s *Store) SaveActivity(all []CachedActivity) error {
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
