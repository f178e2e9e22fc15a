package scan

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// readUnlisted reads people whom the scan did not list although this bot may have
// suspended them: the search may not list suspended people. It reads those of whom
// it is not known whether they are suspended. After a failure that is not about the
// person, the others wait for the next scan.
func (s *Service) readUnlisted(ctx context.Context, sc storage.Scan) error {
	all, err := s.store.ActiveSuspensions(0)
	if err != nil {
		return err
	}
	for _, st := range all {
		if !st.Unclear() && st.ReadActiveAt.IsZero() {
			continue
		}
		_, listed, err := s.store.Row(sc.ID, st.AccountID)
		if err != nil {
			return err
		}
		if listed {
			continue
		}
		if more, err := s.readOne(ctx, sc.DirectoryID, st.AccountID); err != nil || !more {
			return err
		}
	}
	return nil
}

// readOne reads one person and records what was read. It reports whether it makes
// sense to read others.
func (s *Service) readOne(ctx context.Context, directory, account string) (more bool, err error) {
	r := storage.Sighting{AccountID: account, DirectoryID: directory, From: time.Now().UTC()}
	u, err := s.client.User(ctx, directory, account)
	r.Until = time.Now().UTC()
	switch {
	case refusesPerson(err) || err == nil && u.Status == "":
		return true, nil
	case err != nil:
		zerolog.Ctx(ctx).Warn().Err(err).Str("account", account).Msg("a person whose suspension is unclear could not be read")
		return false, ctx.Err()
	}
	r.Off = !policy.CanLogIn(u)
	return true, s.store.RecordRead(r)
}
