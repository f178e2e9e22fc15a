package approvers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/reconcile"
	"inactivebot/bot/slackapi"
	"inactivebot/storage"
)

const (
	// profileFor is the age from which a stored profile is read again.
	profileFor = time.Hour
	// profileUntil is the age up to which stored profiles say which emails belong
	// to approvers; with older ones Slack is asked about each email.
	profileUntil = 24 * time.Hour
	// betweenProfiles keeps reading a large group well below Slack's limit of 100
	// profiles a minute. The first firstProfiles are read at once.
	betweenProfiles, firstProfiles = time.Second, 20
	// betweenRounds is the wait after all profiles were looked at.
	betweenRounds = 30 * time.Minute
)

// KeepProfiles reads the profiles of all approvers and stores them, until ctx ends.
// Nothing waits for it: a press reads only the presser's profile.
func (a *Approvers) KeepProfiles(ctx context.Context) error {
	for {
		if err := a.readProfiles(ctx); err != nil && ctx.Err() == nil {
			zerolog.Ctx(ctx).Warn().Err(err).Msg("profiles of approvers not read")
		}
		if reconcile.Sleep(ctx, betweenRounds) != nil {
			return nil
		}
	}
}

// readProfiles reads the profiles that are missing or old.
func (a *Approvers) readProfiles(ctx context.Context) error {
	ids, err := a.All(ctx)
	if err != nil {
		return err
	}
	have, err := a.stored()
	if err != nil {
		return err
	}
	failures := []error{a.store.KeepApproverProfiles(ids)}
	read := 0
	for _, id := range ids {
		if time.Since(have[id].ReadAt) < profileFor {
			continue
		}
		if read++; read > firstProfiles && reconcile.Sleep(ctx, betweenProfiles) != nil {
			break
		}
		failures = append(failures, a.readProfile(ctx, id))
	}
	return errors.Join(failures...)
}

// readProfile reads and stores one profile. A definite no of Slack is stored, too.
func (a *Approvers) readProfile(ctx context.Context, id string) error {
	u, err := a.api.GetUserInfoContext(ctx, id)
	p := storage.ApproverProfile{User: id, ReadAt: time.Now().UTC()}
	switch {
	case IsUnknownUser(err):
	case err != nil:
		return err
	default:
		p.Able = a.JudgeProfile(*u) == Allowed
		p.Email, p.Hidden = u.Profile.Email, p.Able && u.Profile.Email == ""
	}
	return a.store.SaveApproverProfile(p)
}

// stored returns the stored profiles by user id.
func (a *Approvers) stored() (map[string]storage.ApproverProfile, error) {
	all, err := a.store.ApproverProfiles()
	by := map[string]storage.ApproverProfile{}
	for _, p := range all {
		by[p.User] = p
	}
	return by, err
}

// Emails returns the emails of the approvers whose profiles were read so far. It
// asks no one: a scan must not wait for a large group.
func (a *Approvers) Emails(ctx context.Context) (out []string) {
	all, err := a.store.ApproverProfiles()
	if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("profiles of approvers not read from the database")
	}
	for _, p := range all {
		if p.Email != "" {
			out = append(out, p.Email)
		}
	}
	return out
}

// HasEmail reports whether an approver has an email, just before the account with
// this email would be suspended. If profiles are missing or old it asks Slack about
// the email. An error means that this is not known now.
func (a *Approvers) HasEmail(ctx context.Context, email string) (bool, error) {
	ids, err := a.All(ctx)
	if err != nil {
		return false, err
	}
	have, err := a.stored()
	if err != nil {
		return false, err
	}
	complete := true
	for _, id := range ids {
		if strings.EqualFold(have[id].Email, email) {
			return true, nil
		}
		complete = complete && time.Since(have[id].ReadAt) < profileUntil
	}
	if complete {
		return false, nil
	}
	u, err := a.api.GetUserByEmailContext(ctx, email)
	if slackapi.IsError(err, "users_not_found") {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return slices.Contains(ids, u.ID), nil
}

// Known returns the ids of the approvers by their stored profiles, and of those
// among them whose email Slack does not show. It reports false until all profiles
// were read.
func (a *Approvers) Known(ctx context.Context) (able, hidden []string, complete bool, err error) {
	ids, err := a.All(ctx)
	if err != nil {
		return nil, nil, false, err
	}
	have, err := a.stored()
	complete = err == nil
	for _, id := range ids {
		p := have[id]
		complete = complete && !p.ReadAt.IsZero()
		if p.Able {
			able = append(able, id)
		}
		if p.Hidden {
			hidden = append(hidden, id)
		}
	}
	return able, hidden, complete, err
}

// IsUnknownUser reports whether an error is Slack's definite no about one user id.
func IsUnknownUser(err error) bool {
	return slackapi.IsError(err, "user_not_found", "user_not_visible")
}

// IsUnknownGroup reports whether an error is Slack's definite no about a user
// group.
func IsUnknownGroup(err error) bool {
	return slackapi.IsError(err, "no_such_subteam", "subteam_not_found")
}
