package atlassiantest

import (
	"math"
	"math/rand/v2"
	"time"
)

const day = 24 * time.Hour

// threshold is the product's default inactivity threshold; the population is
// arranged around it.
const threshold = 180 * day

// Site (product instance) ids.
const (
	SiteConfluence  = "3f1c9a52-6f0b-4c1e-9d1a-5b7c2e8f4a10"
	SiteConfluence2 = "8a2d6e47-1b93-4f5c-a0e8-7c4d9f3b2e61"
	SiteJira        = "c5b0f7d3-2e84-4a69-b1f6-0d9e8a7c3b52"
)

// Keys of the main products.
const (
	keyConfluence = "confluence"
	keyJira       = "jira-software"
)

// personKind is the kind of a generated person. The names follow the scan's
// lanes.
type personKind int

const (
	candidate   personKind = iota // Inactive, expected in the report.
	edgeCase                      // An entry of edgeCases.
	otherApps                     // Inactive here, active in Jira.
	synced                        // Inactive, managed by an identity provider.
	neverSeen                     // Never used Confluence.
	cannotLogIn                   // Cannot log in.
	joiner                        // Added recently.
	app                           // An app.
	regular                       // Uses Confluence.
)

// section is the number of people of one kind.
type section struct {
	kind  personKind
	count int
}

// generator computes the people of an organisation from a seed. It is
// immutable.
type generator struct {
	created  time.Time // the reference time of all ages.
	seed     int64
	n        int
	sections []section
	// step and shift distribute the sections over the directory.
	step, shift int
}

func newGenerator(users int, seed int64, percent int, born time.Time) *generator {
	g := &generator{created: born, seed: seed, n: users}
	g.sections = plan(users, percent)
	g.step = coprime(users)
	g.shift = int(mix(uint64(seed)) % uint64(users))
	return g
}

// plan divides the users into sections: first the exact number of candidates,
// then the edge cases, most important first. The rest has the proportions of an
// ordinary company.
func plan(users, percent int) []section {
	candidates := 0
	if percent > 0 {
		candidates = int(math.Round(float64(users) * float64(percent) / 100))
		candidates = max(0, min(max(candidates, 1), users-1))
	}
	odd := min(len(edgeCases), users-candidates)
	left := users - candidates - odd
	sections := []section{{candidate, candidates}, {edgeCase, odd}}
	rest := left
	for _, share := range []struct {
		kind    personKind
		percent int
	}{{otherApps, 12}, {synced, 3}, {neverSeen, 14}, {cannotLogIn, 4}, {joiner, 2}, {app, 1}} {
		count := left * share.percent / 100
		sections = append(sections, section{share.kind, count})
		rest -= count
	}
	return append(sections, section{regular, rest})
}

// coprime returns a number near 0.6 n that has no factor in common with n, so
// that its multiples modulo n visit every number once.
func coprime(n int) int {
	for step := max(1, n*618/1000); ; step++ {
		a, b := step, n
		for b != 0 {
			a, b = b, a%b
		}
		if a == 1 {
			return step
		}
	}
}

// place returns the kind of the i-th person and their index within that kind.
// People beyond the planned number are regular.
func (g *generator) place(i int) (personKind, int) {
	if i >= g.n {
		return regular, i
	}
	rank := (i*g.step + g.shift) % g.n
	for _, s := range g.sections {
		if rank < s.count {
			return s.kind, rank
		}
		rank -= s.count
	}
	panic("the sections do not add up to the population")
}

// person computes the i-th person at the given time.
func (g *generator) person(i int, now time.Time) Person {
	b := &builder{
		g: g, k: 0, now: now,
		rng: rand.New(rand.NewPCG(uint64(g.seed), uint64(i)+1)), //nolint:gosec // A population is not a secret.
	}
	p := &b.Person
	p.AccountID = g.accountID(i)
	p.Name, p.Email = g.name(i)
	p.AccountType, p.Status, p.ManagementSource = "atlassian", StatusActive, "invited"
	p.AddedToOrg = g.created.Add(-b.between(700*day, 2500*day))
	p.PlatformRoles = []string{}
	p.Groups = []string{"confluence-users", departments[b.rng.IntN(len(departments))]}
	var is personKind
	is, b.k = g.place(i)
	b.build(is)
	p.Suspended = p.Status == StatusSuspended
	return *p
}

// departments are the groups other than those for licences and roles.
var departments = []string{"engineering", "sales", "finance", "support", "marketing", "contractors"}

// groups holds all groups at the start.
var groups = append([]string{"confluence-users", "jira-users", "org-admins", "service-accounts"}, departments...)

// mix is a bijective hash of x.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
