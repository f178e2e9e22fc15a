package approvers

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

const (
	// lookupTimeout is how long a press waits for a look-up before it is
	// refused: the ack must be out within 3 s.
	lookupTimeout = 1500 * time.Millisecond
)

// Verdict says whether a person may press, and if not, why.
type Verdict string

// The verdicts.
const (
	Allowed      Verdict = ""
	NotApprover  Verdict = "not_approver"
	Guest        Verdict = "guest"
	Deactivated  Verdict = "deactivated"
	Bot          Verdict = "bot"
	Outsider     Verdict = "outsider"
	LookupFailed Verdict = "not_sure"
)

// Approvers decides who may press. It caches Slack's answers for a minute; a
// failed look-up is a refusal.
type Approvers struct {
	api        *slack.Client
	store      *storage.Store // keeps the profiles; nil: none are kept.
	ids        []string
	group      string
	Background func(func(context.Context)) // runs work while the bot runs.

	mu         sync.Mutex
	team       string
	enterprise string
	members    cached[[]string]
	users      map[string]*cached[slack.User]
	asking     map[string]chan struct{} // semaphores: one look-up at a time for each key.
}

// New returns the approvers of the settings: listed ids, and the members of a user
// group where group is not empty. A check of the installation needs no store.
func New(api *slack.Client, store *storage.Store, ids []string, group string) *Approvers {
	return &Approvers{api: api, store: store, ids: ids, group: group, users: map[string]*cached[slack.User]{}, asking: map[string]chan struct{}{}}
}

// SetHome sets the workspace, and the enterprise if there is one, that the bot
// belongs to.
func (a *Approvers) SetHome(team, enterprise string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.team, a.enterprise = team, enterprise
}

// Judge decides whether a press by a user id counts.
func (a *Approvers) Judge(ctx context.Context, user string) Verdict {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	if user == "" {
		return NotApprover
	}
	listed, err := a.listed(ctx, user)
	if err != nil {
		return LookupFailed
	}
	if !listed {
		return NotApprover
	}
	profile, err := a.User(ctx, user)
	switch {
	case IsUnknownUser(err):
		return NotApprover // about this id alone.
	case err != nil:
		return LookupFailed
	}
	return a.JudgeProfile(profile)
}

// JudgeProfile decides on a Slack profile alone whether that person may be an
// approver.
func (a *Approvers) JudgeProfile(u slack.User) Verdict {
	a.mu.Lock()
	defer a.mu.Unlock()
	sameTeam := u.TeamID == a.team
	sameEnterprise := a.enterprise != "" && u.Enterprise.EnterpriseID == a.enterprise
	switch {
	case !sameTeam && !sameEnterprise, u.IsStranger:
		return Outsider
	case u.Deleted:
		return Deactivated
	case u.IsBot:
		return Bot
	case u.IsRestricted || u.IsUltraRestricted:
		return Guest
	}
	return Allowed
}

func (a *Approvers) listed(ctx context.Context, user string) (bool, error) {
	if slices.Contains(a.ids, user) {
		return true, nil
	}
	members, err := a.membersOrNone(ctx)
	return slices.Contains(members, user), err
}

// Members returns the members of the approver group, and none if no group is
// set.
func (a *Approvers) Members(ctx context.Context) ([]string, error) {
	if a.group == "" {
		return nil, nil
	}
	known := func() *cached[[]string] { return &a.members }
	ask := func(ctx context.Context) ([]string, error) { return a.api.GetUserGroupMembersContext(ctx, a.group) }
	return lookup[[]string]{a, a.group, known, ask}.answer(ctx)
}

// membersOrNone is [Approvers.Members], except that a group that does not exist has none.
func (a *Approvers) membersOrNone(ctx context.Context) ([]string, error) {
	members, err := a.Members(ctx)
	if IsUnknownGroup(err) {
		return nil, nil
	}
	return members, err
}

// User returns the Slack profile of a user id, from the cache where it is fresh.
func (a *Approvers) User(ctx context.Context, id string) (slack.User, error) {
	known := func() *cached[slack.User] {
		if a.users[id] == nil {
			if len(a.users) > maxCached {
				clear(a.users)
				clear(a.asking)
			}
			a.users[id] = &cached[slack.User]{}
		}
		return a.users[id]
	}
	ask := func(ctx context.Context) (slack.User, error) {
		u, err := a.api.GetUserInfoContext(ctx, id)
		if err != nil {
			return slack.User{}, err
		}
		return *u, nil
	}
	return lookup[slack.User]{a, id, known, ask}.answer(ctx)
}

// maxCached bounds the memory that presses by strangers can use, in profiles.
const maxCached = 1000

// All returns the ids of everyone who may be an approver, sorted. It has no
// duplicates.
func (a *Approvers) All(ctx context.Context) ([]string, error) {
	members, err := a.membersOrNone(ctx)
	out := slices.Concat(a.ids, members)
	slices.Sort(out)
	return slices.Compact(out), err
}

// maxLookups is how many people are looked at to find others who may press now.
const maxLookups = 20

// Others returns up to most other people who may press now. More reports whether
// there may be further ones. It does not look at a whole group. If no one was found
// and Slack did not answer for someone, it fails.
func (a *Approvers) Others(ctx context.Context, user string, most int) (out []string, more bool, err error) {
	ids, err := a.All(ctx)
	if err != nil {
		return nil, false, err
	}
	looked := 0
	for _, id := range ids {
		if id == user {
			continue
		}
		if len(out) == most || looked == maxLookups {
			return out, true, unsure(out, err)
		}
		looked++
		switch a.Judge(ctx, id) {
		case Allowed:
			out = append(out, id)
		case LookupFailed:
			err = errLookupFailed
		}
	}
	return out, false, unsure(out, err)
}

// unsure returns the error of a look-up, which matters only if no one was found.
func unsure(found []string, err error) error {
	if len(found) > 0 {
		return nil
	}
	return err
}

// HasOther reports whether another person may press now.
func (a *Approvers) HasOther(ctx context.Context, user string) (bool, error) {
	others, _, err := a.Others(ctx, user, 1)
	return len(others) > 0, err
}

// Group returns the id of the approver group, and an empty string if none is set.
func (a *Approvers) Group() string { return a.group }

// errLookupFailed is returned when a Slack look-up fails.
var errLookupFailed = errors.New("slack did not say who the approvers are")

// Warm reads the members of the group, so that the first press does not wait for
// two answers of Slack.
func (a *Approvers) Warm(ctx context.Context) error {
	_, err := a.membersOrNone(ctx)
	return err
}
