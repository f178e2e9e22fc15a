package policy_test

import (
	"testing"
	"time"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
)

const (
	day       = 24 * time.Hour
	threshold = 180 // days.
	home      = "site-home"
	elsewhere = "site-elsewhere"
)

var (
	now    = time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC)
	cutoff = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) // threshold days before now.
)

// change modifies the plain candidate for a test.
type change func(*policy.Facts, *policy.Settings)

// decide returns the decision for the plain candidate after the changes.
func decide(changes ...change) policy.Decision {
	f := policy.Facts{User: atlassian.User{
		AccountID:        "712020:ada",
		AccountType:      "atlassian",
		Status:           "active",
		Name:             "Ada Lovelace",
		Email:            "ada@example.com",
		ManagementSource: "invited",
		AddedToOrg:       at(now.AddDate(-3, 0, 0)),
		PlatformRoles:    []string{},
		Groups:           []atlassian.Group{{ID: "g-1", Name: "design"}},
		ProductAccess:    []atlassian.ProductAccess{use("confluence", home, at(cutoff.Add(-100*day)))},
	}}
	s := policy.Settings{Product: "confluence", InactiveDays: threshold}
	for _, c := range changes {
		c(&f, &s)
	}
	return policy.Decide(f, s, now)
}

func at(t time.Time) atlassian.Timestamp { return atlassian.Timestamp{At: t} }

func on(year int, month time.Month, d int) atlassian.Timestamp {
	return atlassian.Timestamp{At: time.Date(year, month, d, 0, 0, 0, 0, time.UTC), DateOnly: true}
}

var unreadable = atlassian.Timestamp{Malformed: true}

func use(product, site string, last atlassian.Timestamp) atlassian.ProductAccess {
	return atlassian.ProductAccess{Key: product, ID: site, LastActive: last}
}

// person changes only the user.
func person(f func(*atlassian.User)) change {
	return func(facts *policy.Facts, _ *policy.Settings) { f(&facts.User) }
}

// setting changes only the settings.
func setting(f func(*policy.Settings)) change {
	return func(_ *policy.Facts, s *policy.Settings) { f(s) }
}

// uses replaces the person's activity.
func uses(all ...atlassian.ProductAccess) change {
	return person(func(u *atlassian.User) { u.ProductAccess = append([]atlassian.ProductAccess{}, all...) })
}

// added sets when the person was added to the organisation.
func added(t atlassian.Timestamp) change {
	return person(func(u *atlassian.User) { u.AddedToOrg = t })
}

// ruled sets the rules.
func ruled(t *testing.T, rules ...string) change {
	t.Helper()
	all := parsed(t, rules...)
	return setting(func(s *policy.Settings) { s.Rules = all })
}

func parsed(t *testing.T, rules ...string) (all policy.Rules) {
	t.Helper()
	for _, text := range rules {
		r, err := policy.ParseRule(text)
		if err != nil {
			t.Fatalf("ParseRule(%q): %v", text, err)
		}
		all = append(all, r)
	}
	return all
}

func restoredAt(t time.Time) change {
	return func(f *policy.Facts, _ *policy.Settings) { f.RestoredAt = t }
}

func malformed(fields ...string) change {
	return person(func(u *atlassian.User) { u.Malformed = fields })
}

var (
	isExcluded = func(f *policy.Facts, _ *policy.Settings) { f.Excluded = true }
	hasFailed  = func(f *policy.Facts, _ *policy.Settings) { f.Failed = true }
	homeOnly   = setting(func(s *policy.Settings) { s.Sites = []string{home} })
	ignoreApps = setting(func(s *policy.Settings) { s.IgnoreOtherApps = true })
	takeIDP    = setting(func(s *policy.Settings) { s.SuspendIDPManaged = true })
	synced     = person(func(u *atlassian.User) { u.ManagementSource = "synced" })
	isAdmin    = person(func(u *atlassian.User) { u.PlatformRoles = []string{"atlassian/org-admin"} })
	noEmail    = person(func(u *atlassian.User) { u.Email = "" })
	noGroups   = person(func(u *atlassian.User) { u.Groups = nil })
	noRoles    = person(func(u *atlassian.User) { u.PlatformRoles = nil })
	unjoined   = added(atlassian.Timestamp{})
	searchOnly = func(f *policy.Facts, _ *policy.Settings) { f.SearchOnly = true }
	lostSource = func(f *policy.Facts, _ *policy.Settings) { f.User.ManagementSource, f.SourceLost = "", true }
)

// decision is the part of a decision that a table compares.
type decision struct {
	Lane   policy.Lane
	Reason policy.Reason
	Detail string
}

type decideCase struct {
	name    string
	changes []change
	want    decision
}

func runDecide(t *testing.T, cases []decideCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := decide(c.changes...)
			if got := (decision{d.Lane, d.Reason, d.Detail}); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestDecisionCarriesTheActivity(t *testing.T) {
	home1, home2 := cutoff.Add(-9*day), cutoff.Add(-8*day)
	d := decide(homeOnly, ignoreApps, uses(
		use("confluence", home, at(home1)),
		use("confluence", home, at(home2)),
		use("confluence", elsewhere, at(cutoff.Add(-7*day))),
		use("jira-software", home, at(cutoff.Add(-6*day))),
		use("trello", home, at(cutoff.Add(-5*day))),
	))
	if d.Lane != policy.Inactive || !d.LastActive.Equal(home2) || !d.OtherActive.Equal(cutoff.Add(-5*day)) {
		t.Errorf("got %+v, want inactive since %v with other use at %v", d, home2, cutoff.Add(-5*day))
	}
}

func TestLanesAreInOrder(t *testing.T) {
	seen := map[policy.Lane]bool{}
	for _, l := range policy.Lanes {
		if seen[l] {
			t.Errorf("lane %s is listed twice", l)
		}
		seen[l] = true
	}
	if len(seen) != 10 || policy.Lanes[len(policy.Lanes)-1] != policy.Inactive {
		t.Errorf("got %d lanes ending in %s, want 10 ending in inactive", len(seen), policy.Lanes[len(policy.Lanes)-1])
	}
}
