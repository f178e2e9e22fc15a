package handler

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/bot/approvers"
	"inactivebot/bot/blocks"
	"inactivebot/bot/command"
	"inactivebot/bot/receiver"
	"inactivebot/bot/scan"
	"inactivebot/storage"
)

// lookup finds the people that a command names.
type lookup struct {
	store     *storage.Store
	client    *atlassian.Client
	approvers *approvers.Approvers
	scans     *scan.Service
}

// find returns the one person that an email, an account id or an @mention
// names. Otherwise problem is a sentence that says what to type.
func (h *lookup) find(ctx context.Context, name string) (found storage.Person, problem string) {
	if user, ok := command.Mentioned(name); ok {
		profile, err := h.approvers.User(ctx, user)
		if err != nil || profile.Profile.Email == "" {
			return found, "The email of " + blocks.Mention(user) + " could not be read from Slack. Type the email or the account id."
		}
		name = profile.Profile.Email
	}
	all, err := h.store.FindPeople(name)
	if err == nil && len(all) == 0 {
		all, err = h.findAtAtlassian(ctx, name)
	}
	switch {
	case err != nil:
		zerolog.Ctx(ctx).Warn().Err(err).Msg("person not found")
		return found, command.Quoted(name) + " could not be looked up at Atlassian. Please try again, or type the account id."
	case len(all) == 0:
		return found, "No account has the email or account id " + command.Quoted(name) + ". Type it exactly as shown at admin.atlassian.com → Directory → Users."
	case len(all) > 1:
		var ids []string
		for _, p := range all {
			ids = append(ids, p.AccountID)
		}
		slices.Sort(ids)
		return found, command.Quoted(name) + " belongs to several accounts. Type one of the account ids: " + blocks.Escape(strings.Join(ids, ", "))
	}
	return all[0], ""
}

// findAtAtlassian searches Atlassian for a person who is not in the database.
func (h *lookup) findAtAtlassian(ctx context.Context, name string) (out []storage.Person, err error) {
	directory, err := h.scans.DirectoryID(ctx)
	if err != nil {
		return nil, err
	}
	q := atlassian.Query{AccountIDs: []string{name}, Plain: true}
	if strings.Contains(name, "@") {
		q = atlassian.Query{Emails: []string{name}, Plain: true}
	}
	for u, err := range h.client.Users(atlassian.Urgent(ctx), directory, q) {
		if err != nil {
			return nil, err
		}
		if u.AccountID != name && !strings.EqualFold(u.Email, name) {
			continue
		}
		p := storage.Person{AccountID: u.AccountID, Name: u.Name, Email: u.Email}
		if err := h.store.SavePerson(p); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// lookupTimeout is how long one command may look people up at Atlassian, so
// that time is left to answer.
const lookupTimeout = receiver.AfterTimeout - 5*time.Second

// unknownAmong reports whether one of the people must be looked up at
// Atlassian.
func (h *lookup) unknownAmong(who []string) bool {
	for _, name := range who {
		_, isMention := command.Mentioned(name)
		if known, err := h.store.FindPeople(name); !isMention && !command.IsRule(name) && err == nil && len(known) == 0 {
			return true
		}
	}
	return false
}
