package bot

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

const (
	// lookUpWithin is how long a press waits for a look-up before it is refused:
	// the ack must be out within 3 s.
	lookUpWithin = 1500 * time.Millisecond
)

// verdict is whether somebody may press, and if not, why.
type verdict string

// The verdicts.
const (
	allowed     verdict = ""
	notApprover verdict = "not_approver"
	isGuest     verdict = "guest"
	isOff       verdict = "deactivated"
	isBot       verdict = "bot"
	isOutsider  verdict = "outsider"
	notSure     verdict = "not_sure"
)

// approvers decides who may press. Slack's answers are kept for a minute; a
// look-up that fails refuses.
type approvers struct {
	api    *slack.Client
	ids    []string
	group  string
	beside func(func(context.Context)) // does something while the bot lives.

	mu         sync.Mutex
	team       string
	enterprise string
	members    remembered[[]string]
	users      map[string]*remembered[slack.User]
	asking     map[string]chan struct{} // held by the one look-up of its kind under way.
}

func newApprovers(api *slack.Client, ids []string, group string) *approvers {
	return &approvers{api: api, ids: ids, group: group, users: map[string]*remembered[slack.User]{}, asking: map[string]chan struct{}{}}
}

// home says which workspace, and which enterprise if any, the bot belongs to.
func (a *approvers) home(team, enterprise string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.team, a.enterprise = team, enterprise
}

// judge decides on the user id alone whether the press counts.
func (a *approvers) judge(ctx context.Context, user string) verdict {
	ctx, cancel := context.WithTimeout(ctx, lookUpWithin)
	defer cancel()
	if user == "" {
		return notApprover
	}
	listed, err := a.listed(ctx, user)
	if err != nil {
		return notSure
	}
	if !listed {
		return notApprover
	}
	profile, err := a.user(ctx, user)
	if err != nil {
		return notSure
	}
	return a.judgeProfile(profile)
}

func (a *approvers) judgeProfile(u slack.User) verdict {
	a.mu.Lock()
	defer a.mu.Unlock()
	sameTeam := u.TeamID == a.team
	sameEnterprise := a.enterprise != "" && u.Enterprise.EnterpriseID == a.enterprise
	switch {
	case !sameTeam && !sameEnterprise, u.IsStranger:
		return isOutsider
	case u.Deleted:
		return isOff
	case u.IsBot:
		return isBot
	case u.IsRestricted || u.IsUltraRestricted:
		return isGuest
	}
	return allowed
}

func (a *approvers) listed(ctx context.Context, user string) (bool, error) {
	if slices.Contains(a.ids, user) {
		return true, nil
	}
	members, err := a.groupMembers(ctx)
	return slices.Contains(members, user), err
}

// groupMembers are the members of the approver group, none without a group.
func (a *approvers) groupMembers(ctx context.Context) ([]string, error) {
	if a.group == "" {
		return nil, nil
	}
	known := func() *remembered[[]string] { return &a.members }
	ask := func(ctx context.Context) ([]string, error) { return a.api.GetUserGroupMembersContext(ctx, a.group) }
	return question[[]string]{a, a.group, known, ask}.answer(ctx)
}

func (a *approvers) user(ctx context.Context, id string) (slack.User, error) {
	known := func() *remembered[slack.User] {
		if a.users[id] == nil {
			if len(a.users) > maxRemembered {
				clear(a.users)
				clear(a.asking)
			}
			a.users[id] = &remembered[slack.User]{}
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
	return question[slack.User]{a, id, known, ask}.answer(ctx)
}

// maxRemembered bounds the memory that presses by strangers can take.
const maxRemembered = 1000

// all are the ids of everybody who may be an approver.
func (a *approvers) all(ctx context.Context) ([]string, error) {
	members, err := a.groupMembers(ctx)
	out := slices.Concat(a.ids, members)
	slices.Sort(out)
	return slices.Compact(out), err
}

// others are the people beside one who may press now.
func (a *approvers) others(ctx context.Context, user string) (out []string, err error) {
	ids, err := a.all(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		switch v := a.judge(ctx, id); {
		case v == notSure:
			return nil, errNotSure
		case v == allowed && id != user:
			out = append(out, id)
		}
	}
	return out, nil
}

// errNotSure is a look-up at Slack that failed.
var errNotSure = errors.New("slack did not say who the approvers are")

// emails are the approvers' emails, as far as they can be read. They protect, so
// where Slack does not answer what it said before counts.
func (a *approvers) emails(ctx context.Context) (out []string) {
	ids, err := a.all(ctx)
	if err != nil {
		a.mu.Lock()
		ids = slices.Concat(a.ids, a.members.value)
		a.mu.Unlock()
	}
	for _, id := range ids {
		u, err := a.user(ctx, id)
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

// warm asks what the next press will need, so that it need not wait.
func (a *approvers) warm(ctx context.Context) error {
	ids, err := a.all(ctx)
	for _, id := range ids {
		_, errUser := a.user(ctx, id)
		err = errors.Join(err, errUser)
	}
	return err
}
