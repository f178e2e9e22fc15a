package atlassiantest

import (
	"math/rand/v2"
	"time"
)

// builder makes one person. [builder.build] and the edge cases are written with
// its methods.
type builder struct {
	Person
	g   *generator
	k   int // the person's index within their kind.
	now time.Time
	rng *rand.Rand
}

// build makes a person of the given kind.
func (b *builder) build(is personKind) {
	switch is {
	case candidate:
		b.candidate()
	case edgeCase:
		edgeCases[b.k].make(b)
	case otherApps:
		b.used(keyConfluence, SiteConfluence, b.stale())
		b.uses(keyJira, SiteJira, b.regularUse())
	case synced:
		b.ManagementSource = "synced"
		b.used(keyConfluence, SiteConfluence, b.stale())
	case neverSeen:
		b.neverSeen()
	case cannotLogIn:
		b.Status = []string{StatusSuspended, StatusDeactivated, StatusSuspended, StatusNotInvited}[b.k%4]
		b.used(keyConfluence, SiteConfluence, b.stale())
	case joiner:
		b.AddedToOrg = b.g.created.Add(-b.between(2*day, 120*day))
		b.clearActivity()
	case app:
		b.nonPerson("app", "Automation app")
	case regular:
		b.regular()
	}
	b.setTimestamps()
}

// candidate makes an inactive person. The first one is inactive by one minute
// and the first ten have the unusual names; each timestamp shape and each order
// of sites occurs early.
func (b *builder) candidate() {
	b.applyUnusualName(b.k)
	switch {
	case b.k == 0:
		b.used(keyConfluence, SiteConfluence, threshold+time.Minute)
		return
	case b.k%8 == 4:
		b.used(keyConfluence, SiteConfluence, b.stale())
		b.used(keyConfluence, SiteConfluence2, b.stale())
	default:
		b.used(keyConfluence, SiteConfluence, b.stale())
	}
	b.ProductAccess[0].Shape = Shape(b.k) % shapes
	switch {
	case b.k > 10 && b.k%10 == 1:
		b.guest()
	case b.k%8 == 7:
		b.ManagementSource = ""
	case b.k%5 == 3:
		b.used(keyJira, SiteJira, b.stale())
	}
	if b.Name == "svc-backup" || b.Name == "ci-bot" {
		b.Groups = []string{"confluence-users", "service-accounts"}
	}
}

// neverSeen makes a person who never used Confluence: no activity at all,
// activity in Jira, or access without a timestamp.
func (b *builder) neverSeen() {
	b.clearActivity()
	switch b.k % 5 {
	case 1, 3:
		b.uses(keyJira, SiteJira, b.regularUse())
	case 4:
		b.ProductAccess = append(b.ProductAccess, Access{Key: keyConfluence, ID: SiteConfluence})
	}
}

// regular makes an active person: most are active regularly, some were active
// recently and stopped. The first ones get the unusual names left over from the
// candidates.
func (b *builder) regular() {
	if b.k < len(unusualNames) {
		b.applyUnusualName(b.g.sections[0].count + b.k)
	}
	if b.rng.IntN(100) < 15 {
		b.used(keyConfluence, SiteConfluence, b.between(8*day, 150*day))
	} else {
		b.uses(keyConfluence, SiteConfluence, b.regularUse())
	}
	switch draw := b.rng.IntN(100); {
	case draw < 80:
	case draw < 90:
		b.ProductAccess[0].Shape = ShapeNano
	case draw < 95:
		b.ProductAccess[0].Shape = ShapeOffset
	case draw < 98:
		b.ProductAccess[0].Shape = ShapeDate
	default:
		b.ProductAccess[0].Shape = ShapeMillis
	}
	if b.rng.IntN(3) == 0 {
		b.uses(keyJira, SiteJira, b.regularUse())
		b.Groups = append(b.Groups, "jira-users")
	}
	if b.rng.IntN(5) == 0 {
		b.ManagementSource = "synced"
	}
}

// nonPerson makes the account an app or another non-person.
func (b *builder) nonPerson(accountType, name string) {
	b.AccountType, b.Name, b.Email, b.ManagementSource = accountType, name, "", ""
	b.Groups = []string{}
	b.used(keyConfluence, SiteConfluence, b.stale())
}

// guest makes the person a guest from another company.
func (b *builder) guest() {
	b.Guest, b.Groups = true, []string{"contractors"}
	b.Email = b.g.partnerEmail(b.Email)
}

// used adds a single use, age before the organisation was created.
func (b *builder) used(key, site string, age time.Duration) {
	at := b.g.created.Add(-age)
	b.ProductAccess = append(b.ProductAccess, Access{Key: key, ID: site, LastActive: &at})
	b.AddedToOrg = earlier(b.AddedToOrg, at.Add(-30*day))
}

// uses adds recurring use.
func (b *builder) uses(key, site string, r rhythm) {
	b.ProductAccess = append(b.ProductAccess, Access{Key: key, ID: site, rhythm: r})
}

// setTimestamps computes the current timestamps of all uses, in their shapes.
func (b *builder) setTimestamps() {
	for i, a := range b.ProductAccess {
		if a.rhythm.every > 0 {
			a.computed = a.rhythm.latest(b.now)
			a.LastActive = &a.computed
		}
		b.ProductAccess[i] = a.at(b.now)
	}
}

// clearActivity removes all product use.
func (b *builder) clearActivity() { b.ProductAccess = []Access{} }

// regularUse returns recurring use every one to three days, at the person's own time
// of day.
func (b *builder) regularUse() rhythm {
	every := []time.Duration{day, day, day, 2 * day, 3 * day}[b.rng.IntN(5)]
	return rhythm{every: every, phase: time.Duration(b.rng.Int64N(int64(every/time.Second))) * time.Second}
}

// stale returns an age clearly beyond the threshold; smaller ages are more
// likely.
func (b *builder) stale() time.Duration {
	return min(b.between(threshold+3*day, 500*day), b.between(threshold+3*day, 1500*day))
}

// between returns a random age in whole seconds.
func (b *builder) between(low, high time.Duration) time.Duration {
	return low + time.Duration(b.rng.Int64N(int64((high-low)/time.Second)))*time.Second
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
