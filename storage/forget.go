package storage

import (
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Forget deletes the name, email, groups, cached activity and free texts of a
// person. Decisions stay, exclusions without their reason, and the audit log
// still verifies. Messages that name the person are redrawn, and posted lists
// with the person are deleted. A later scan that finds the person stores the
// name again. The error is [ErrNotFound] if nothing is stored.
func (s *Store) Forget(accountID, by string, now time.Time) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		account := []byte(accountID)
		found := people.has(tx, account)
		if err := errors.Join(people.delete(tx, account), activity.delete(tx, account)); err != nil {
			return err
		}
		for _, forget := range []func(*bolt.Tx, string) (bool, error){forgetReason, forgetTexts} {
			some, err := forget(tx, accountID)
			if err != nil {
				return err
			}
			found = found || some
		}
		some, err := forgetEvidence(tx, accountID, now)
		if err != nil {
			return err
		}
		if found = found || some; !found {
			return notFound(false, "person", accountID)
		}
		return appendAudit(tx, AuditEntry{At: now, Actor: by, Action: "forget", Account: accountID})
	})
}

func forgetReason(tx *bolt.Tx, accountID string) (bool, error) {
	e, ok, err := exclusions.get(tx, []byte(accountID))
	if err != nil || !ok {
		return false, err
	}
	e.Reason = ""
	return true, exclusions.put(tx, []byte(accountID), e)
}

// forgetTexts deletes the texts that audit entries about the person refer to.
func forgetTexts(tx *bolt.Tx, accountID string) (found bool, err error) {
	gone, err := collect(audit.newestFirst(tx), func(l AuditEntry) bool { return l.Account == accountID && l.Text != "" })
	if err != nil {
		return false, err
	}
	for _, l := range gone {
		if err := texts.delete(tx, []byte(l.Text)); err != nil {
			return false, err
		}
	}
	return len(gone) > 0, nil
}

// forgetEvidence deletes the groups and the service account mark from the rows
// of the person, and the entries of INACTIVEBOT_PROTECT that scans matched. It
// marks the messages of reports that list the person as stale.
func forgetEvidence(tx *bolt.Tx, accountID string, now time.Time) (found bool, err error) {
	account := []byte(accountID)
	all, err := collect(scans.newestFirst(tx), nil)
	if err != nil {
		return false, err
	}
	for _, sc := range all {
		rank, ok, err := ranks.in(sc.ID).get(tx, account)
		if err != nil {
			return false, err
		}
		if ok {
			if err := forgetRow(tx, candidates.in(sc.ID), rank); err != nil {
				return false, err
			}
		}
		if rows.in(sc.ID).has(tx, account) {
			ok = true
			if err := forgetRow(tx, rows.in(sc.ID), account); err != nil {
				return false, err
			}
		}
		entries, err := forgetProtect(tx, sc, accountID)
		if err != nil {
			return false, err
		}
		found = found || ok || entries
	}
	return found, invalidateListing(tx, accountID, now)
}

func forgetRow(tx *bolt.Tx, in table[Row], key []byte) error {
	r, ok, err := in.get(tx, key)
	if err != nil || !ok {
		return err
	}
	r.Groups, r.ServiceAccount = nil, false
	return in.put(tx, key, r)
}

// invalidateListing marks the messages of all reports that list the person as
// stale, and plans the deletion of posted lists that contain the person.
func invalidateListing(tx *bolt.Tx, accountID string, now time.Time) error {
	listing, err := collect(reports.newestFirst(tx), func(r Report) bool {
		return ranks.in(r.ScanID).has(tx, []byte(accountID)) || rows.in(r.ScanID).has(tx, []byte(accountID)) && len(r.Files) > 0
	})
	if err != nil {
		return err
	}
	for _, r := range listing {
		if err := errors.Join(deleteFiles(tx, &r, now), putReport(tx, &r)); err != nil {
			return err
		}
	}
	return nil
}
