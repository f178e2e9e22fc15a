package storage

import bolt "go.etcd.io/bbolt"

// LastStep is the newest step about a person in any report, with its batch; ok
// is false for somebody whom no batch ever held.
func (s *Store) LastStep(accountID string) (st Step, b Batch, ok bool, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		for r, err := range reports.newestFirst(tx) {
			if err != nil {
				return err
			}
			if st, ok, err = steps.get(tx, pair(r.ID, accountID)); err != nil || ok {
				break
			}
		}
		if err != nil || !ok {
			return err
		}
		b, _, err = batches.get(tx, num(st.BatchID))
		return err
	})
	return st, b, ok, err
}
