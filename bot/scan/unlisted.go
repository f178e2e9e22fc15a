package scan

import (
	"context"
	"time"

	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// readUnlisted reads people of whom it is not known whether they are suspended and
// whom the scan did not list: the search may not list suspended people. What is read
// settles their suspension.
func (s *Service) readUnlisted(ctx context.Context, sc storage.Scan) error {
	all, err := s.store.ActiveSuspensions(0)
	if err != nil {
		return err
	}
	for _, st := range all {
		_, listed, err := s.store.Row(sc.ID, st.AccountID)
		if err != nil {
			return err
		}
		if listed || !st.Unclear() {
			continue
		}
		if err := s.readOne(ctx, sc.DirectoryID, st.AccountID); err != nil {
			return err
		}
	}
	return nil
}

// readOne reads one person and records whether the person can log in. After a
// failed read nothing is known, and a later scan reads again.
func (s *Service) readOne(ctx context.Context, directory, account string) error {
	u, err := s.client.User(ctx, directory, account)
	if err != nil || u.Status == "" {
		return ctx.Err()
	}
	return s.store.RecordRead(account, !policy.CanLogIn(u), time.Now().UTC())
}
