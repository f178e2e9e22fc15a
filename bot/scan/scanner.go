package scan

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// chunk is how many people are decided about and stored at a time. A press waits
// at most for the transaction of one chunk.
const chunk = 500

// Scanner puts each person of a directory in a lane. It writes only to the
// activity cache of its store.
type Scanner struct {
	Client    *atlassian.Client
	Directory string // the id of the directory.
	Policy    policy.Settings
	Store     *storage.Store // nil: there is no database.
}

// Result is the decision about one person.
type Result struct {
	User              atlassian.User
	Known             storage.AccountState
	Decision          policy.Decision
	RestoredElsewhere bool // the account was disabled at an earlier scan and is enabled now.
}

// Pass is one pass over the directory.
type Pass struct {
	Scanner
	now        time.Time
	source     string
	decided    bool // the source is known.
	plain      bool // the search returns no roles and no groups.
	fromCache  bool // the activity of some people was read from the cache.
	roles      roleCheck
	groups     map[string][]atlassian.Group // the members of groups in rules; nil: not read.
	ruleGroups []*ruleGroup                 // the groups in rules that the search returned.
	lookUps    lookUps
}

// Begin prepares a pass over the directory as of now.
func (s Scanner) Begin(now time.Time) *Pass {
	return &Pass{Scanner: s, now: now, source: storage.SourceSearch}
}

// latestUse returns the latest use of the product on a site in scope. It
// reports false if there is none.
func (p *Pass) latestUse(all []atlassian.ProductAccess) (time.Time, bool) {
	d := policy.Decide(policy.Facts{User: atlassian.User{ProductAccess: all}}, p.Policy, p.now)
	return d.LastActive, !d.LastActive.IsZero()
}

// Source returns how activity is read. It is valid after the first person of
// People.
func (p *Pass) Source() string { return p.source }

// People yields everyone in the directory. The first error ends the iteration; the
// people yielded before it are incomplete.
func (p *Pass) People(ctx context.Context) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		err := p.list(ctx, atlassian.Query{}, yield)
		if errors.Is(err, atlassian.ErrExpandRefused) && !p.decided {
			err = p.list(ctx, atlassian.Query{Plain: true}, yield)
		}
		if err == nil {
			err = p.checkRoles(ctx)
		}
		if err == nil {
			err = p.retryFailed(ctx, yield)
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(Result{}, err)
		}
	}
}

// errStopped ends a pass after the caller stopped the iteration.
var errStopped = errors.New("stopped")

// list reads the directory chunk by chunk.
func (p *Pass) list(ctx context.Context, q atlassian.Query, yield func(Result, error) bool) error {
	users := make([]atlassian.User, 0, chunk)
	for user, err := range p.Client.Users(ctx, p.Directory, q) {
		if err != nil {
			return err
		}
		if users = append(users, user); len(users) == chunk {
			if err := p.decide(ctx, q, users, yield); err != nil {
				return err
			}
			users = users[:0]
		}
	}
	return p.decide(ctx, q, users, yield)
}

// decide decides about a chunk of people.
func (p *Pass) decide(ctx context.Context, q atlassian.Query, users []atlassian.User, yield func(Result, error) bool) error {
	if len(users) == 0 {
		return nil
	}
	if !p.decided {
		if err := p.chooseSource(q, users); err != nil {
			return err
		}
	}
	known, err := p.known(users)
	if err != nil {
		return err
	}
	if err := p.completeGroups(ctx, users); err != nil {
		return err
	}
	if err := p.completeRoles(ctx, users, known); err != nil {
		return err
	}
	if p.source == storage.SourceDates {
		return p.decideByDates(ctx, users, known, yield)
	}
	return p.decideBySearch(ctx, users, known, yield)
}

// chooseSource decides by the first chunk with people who can log in how people are read.
// If no one of them has activity data, the search does not report it, and each person is
// looked up. If no one has any field that was requested, the search ignores the request.
func (p *Pass) chooseSource(q atlassian.Query, users []atlassian.User) error {
	p.plain = q.Plain
	people := slices.DeleteFunc(slices.Clone(users), p.isOff)
	if len(people) == 0 {
		return nil
	}
	p.decided = true
	p.plain = p.plain || !slices.ContainsFunc(people, isExpanded)
	if slices.ContainsFunc(people, hasActivity) {
		return nil
	}
	return p.useDates()
}

// isOff reports whether the account is not a person's or cannot log in. Nothing else about
// it needs to be known.
func (p *Pass) isOff(u atlassian.User) bool {
	lane := policy.Decide(policy.Facts{User: u}, p.Policy, p.now).Lane
	return lane == policy.NotAPerson || lane == policy.AlreadyOff
}

// isExpanded reports whether the search returned a field that it must be asked for.
func isExpanded(u atlassian.User) bool {
	return hasActivity(u) || !lacksRoles(u) || !lacksGroups(u)
}

// decideBySearch decides about a chunk of people with what the search returned. A person
// is looked up only where the activity is missing, or the date on which the person was
// added is missing and decides.
func (p *Pass) decideBySearch(ctx context.Context, users []atlassian.User, known []storage.AccountState, yield func(Result, error) bool) error {
	results, selected := make([]Result, len(users)), make([]bool, len(users))
	for i, u := range users {
		results[i] = evaluate(policy.Facts{User: u, SearchOnly: true}, known[i], p.Policy, p.now)
		selected[i] = lacksDate(results[i].Decision) || results[i].Decision.Reason == policy.ActivityMissing
	}
	failed, err := p.lookUp(ctx, users, selected, maxConsecutiveFailures)
	if err != nil {
		return err
	}
	for i, j := range results {
		if failed[i] {
			p.lookUps.failed = append(p.lookUps.failed, users[i])
			continue
		}
		if selected[i] {
			j = evaluate(policy.Facts{User: users[i]}, known[i], p.Policy, p.now)
		}
		if !yield(j, nil) {
			return errStopped
		}
	}
	return nil
}

// lacksDate reports whether only the date on which the person was added is missing.
func lacksDate(d policy.Decision) bool {
	return d.Reason == policy.FieldMissing && d.Detail == policy.AddedToOrgField
}

func hasActivity(u atlassian.User) bool { return u.ProductAccess != nil }

// known returns the stored states of the people, in their order.
func (p *Pass) known(users []atlassian.User) ([]storage.AccountState, error) {
	if p.Store == nil {
		return make([]storage.AccountState, len(users)), nil
	}
	return p.Store.AccountStates(accountsOf(users), p.now, time.Now().UTC())
}

func accountsOf(users []atlassian.User) []string {
	accounts := make([]string, len(users))
	for i, u := range users {
		accounts[i] = u.AccountID
	}
	return accounts
}

// evaluate decides about one person with the stored state.
func evaluate(f policy.Facts, k storage.AccountState, s policy.Settings, now time.Time) Result {
	j := Result{User: f.User, Known: k, RestoredElsewhere: k.WasDisabled && policy.CanLogIn(f.User)}
	f.Excluded, f.RestoredAt = k.Exclusion.AccountID != "", k.RestoredAt
	f.SourceLost = f.SourceLost || policy.IsManaged(k.ManagedBy) && f.User.ManagementSource == ""
	if j.RestoredElsewhere {
		f.RestoredAt = now
	}
	j.Decision = policy.Decide(f, s, now)
	return j
}

// Row returns the decision as a row of a scan.
func (j Result) Row() storage.Row {
	d := j.Decision
	r := storage.Row{
		AccountID: j.User.AccountID, Lane: string(d.Lane), Reason: string(d.Reason), Candidate: d.Lane == policy.Inactive,
		CanLogIn: policy.CanLogIn(j.User), ServiceAccount: d.ServiceAccount, New: !j.Known.WasCandidate,
		LastActive: d.LastActive, OtherActive: d.OtherActive, AddedToOrg: j.User.AddedToOrg.At, ManagedBy: j.User.ManagementSource,
	}
	if d.Detail != "" {
		r.Reason += ":" + d.Detail
	}
	if r.ManagedBy == "" {
		r.ManagedBefore = j.Known.ManagedBy
	}
	if r.Candidate {
		for _, g := range j.User.Groups {
			r.Groups = append(r.Groups, g.Name)
		}
	}
	return r
}

// Person returns the person the decision is about.
func (j Result) Person() storage.Person {
	return storage.Person{AccountID: j.User.AccountID, Name: j.User.Name, Email: j.User.Email}
}
