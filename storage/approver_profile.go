package storage

import (
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

var approverProfiles = table[ApproverProfile]{name: "approver_profiles"}

// ApproverProfile is what Slack told about an approver: whether the person may
// press, and the email that protects their own account. It is kept over restarts,
// so that a scan need not read all profiles first.
type ApproverProfile struct {
	User   string    `json:"user"`
	Email  string    `json:"email,omitempty"`  // empty: Slack shows none, or knows no such user.
	Able   bool      `json:"able,omitempty"`   // may be an approver, by the profile.
	Hidden bool      `json:"hidden,omitempty"` // may press, and Slack shows no email.
	ReadAt time.Time `json:"read_at"`
}

// SaveApproverProfile stores an approver's profile.
func (s *Store) SaveApproverProfile(p ApproverProfile) error {
	return s.db.Update(func(tx *bolt.Tx) error { return approverProfiles.put(tx, []byte(p.User), p) })
}

// ApproverProfiles returns the stored profiles, ordered by user id.
func (s *Store) ApproverProfiles() ([]ApproverProfile, error) {
	return view(s, func(tx *bolt.Tx) ([]ApproverProfile, error) { return collect(approverProfiles.all(tx, nil), nil) })
}

// KeepApproverProfiles deletes the profiles of people who are not among the ids.
func (s *Store) KeepApproverProfiles(ids []string) error {
	have, err := s.ApproverProfiles()
	gone := slices.DeleteFunc(have, func(p ApproverProfile) bool { return slices.Contains(ids, p.User) })
	if err != nil || len(gone) == 0 {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error {
		for _, p := range gone {
			if err := approverProfiles.delete(tx, []byte(p.User)); err != nil {
				return err
			}
		}
		return nil
	})
}
