package approvers

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"
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
// group where group is not empty.
func New(api *slack.Client, ids []string, group string) *Approvers {
	return &Approvers{api: api, ids: ids, group: group, users: map[string]*cached[slack.User]{}, asking: map[string]chan struct{}{}}
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
	if err != nil {
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
	members, err := a.Members(ctx)
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
	members, err := a.Members(ctx)
	out := slices.Concat(a.ids, members)
	slices.Sort(out)
	return slices.Compact(out), err
}

// Others returns the ids of the other people who may press now. It fails if
// Slack does not answer for one of them.
func (a *Approvers) Others(ctx context.Context, user string) (out []string, err error) {
	ids, err := a.All(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		switch v := a.Judge(ctx, id); {
		case v == LookupFailed:
			return nil, errLookupFailed
		case v == Allowed && id != user:
			out = append(out, id)
		}
	}
	return out, nil
}

// errLookupFailed is returned when a Slack look-up fails.
var errLookupFailed = errors.New("slack did not say who the approvers are")

// Emails returns the emails of the approvers, as far as they can be read. The
// emails protect accounts, so an expired answer is used if Slack does not
// respond.
func (a *Approvers) Emails(ctx context.Context) (out []string) {
	ids, err := a.All(ctx)
	if err != nil {
		a.mu.Lock()
		ids = slices.Concat(a.ids, a.members.value)
		a.mu.Unlock()
	}
	for _, id := range ids {
		u, err := a.User(ctx, id)
		if err != nil {
			a.mu.Lock()
			if have := a.users[id]; have != nil {
				u = have.value
			}
			a.mu.Unlock()
		}
		if u.Profile.Email != "" {
			out = append(out, u.Profile.Email)
		}
	}
	return out
}

// Warm fills the cache so that the first press does not wait for Slack.
func (a *Approvers) Warm(ctx context.Context) error {
	ids, err := a.All(ctx)
	for _, id := range ids {
		_, errUser := a.User(ctx, id)
		err = errors.Join(err, errUser)
	}
	return err
}
