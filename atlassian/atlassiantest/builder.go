package atlassiantest

import (
	"math/rand/v2"
	"time"
)

// builder makes one person. Its methods are the vocabulary in which kinds and
// specials are written.
type builder struct {
	Person
	g   *generator
	k   int // the person's number among their kind.
	now time.Time
	rng *rand.Rand
}

// build makes the person one of the kind.
func (b *builder) build(is personKind) {
	switch is {
	case candidate:
		b.candidate()
	case edgeCase:
		edgeCases[b.k].make(b)
	case otherApps:
		b.used(keyConfluence, SiteConfluence, b.stale())
		b.uses(keyJira, SiteJira, b.habit())
	case synced:
		b.ManagementSource = "synced"
		b.used(keyConfluence, SiteConfluence, b.stale())
	case neverSeen:
		b.neverSeen()
	case cannotLogIn:
		b.Status = []string{StatusSuspended, StatusDeactivated, StatusSuspended, StatusNotInvited}[b.k%4]
		b.used(keyConfluence, SiteConfluence, b.stale())
	case joiner:
		b.AddedToOrg = b.g.born.Add(-b.between(2*day, 120*day))
		b.never()
	case app:
		b.robot("app", "Automation app")
	case regular:
		b.regular()
	}
	b.tell()
}

// candidate is somebody inactive. The first is so by a minute; the first ten
// carry the oddities; each shape of timestamp and site order comes early.
func (b *builder) candidate() {
	b.applyOddName(b.k)
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

// neverSeen is somebody who never used Confluence: no use of anything, use of
// Jira, or access without a moment.
func (b *builder) neverSeen() {
	b.never()
	switch b.k % 5 {
	case 1, 3:
		b.uses(keyJira, SiteJira, b.habit())
	case 4:
		b.ProductAccess = append(b.ProductAccess, Access{Key: keyConfluence, ID: SiteConfluence})
	}
}

// regular is somebody active: mostly by habit, some lately and not again. The
// first wear the oddities that found no candidate.
func (b *builder) regular() {
	if b.k < len(oddities) {
		b.applyOddName(b.g.sections[0].count + b.k)
	}
	if b.rng.IntN(100) < 15 {
		b.used(keyConfluence, SiteConfluence, b.between(8*day, 150*day))
	} else {
		b.uses(keyConfluence, SiteConfluence, b.habit())
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
		b.uses(keyJira, SiteJira, b.habit())
		b.Groups = append(b.Groups, "jira-users")
	}
	if b.rng.IntN(5) == 0 {
		b.ManagementSource = "synced"
	}
}

// robot makes the account something that is not a person.
func (b *builder) robot(accountType, name string) {
	b.AccountType, b.Name, b.Email, b.ManagementSource = accountType, name, "", ""
	b.Groups = []string{}
	b.used(keyConfluence, SiteConfluence, b.stale())
}

// guest makes the person a guest from another company.
func (b *builder) guest() {
	b.Guest, b.Groups = true, []string{"contractors"}
	b.Email = b.g.partnerEmail(b.Email)
}

// used adds a use that happened once, age before the organisation was born.
func (b *builder) used(key, site string, age time.Duration) {
	at := b.g.born.Add(-age)
	b.ProductAccess = append(b.ProductAccess, Access{Key: key, ID: site, LastActive: &at})
	b.AddedToOrg = earlier(b.AddedToOrg, at.Add(-30*day))
}

// uses adds a use that goes on.
func (b *builder) uses(key, site string, r rhythm) {
	b.ProductAccess = append(b.ProductAccess, Access{Key: key, ID: site, rhythm: r})
}

// tell computes the moments of the uses as they are now, in their shapes.
func (b *builder) tell() {
	for i, a := range b.ProductAccess {
		if a.rhythm.every > 0 {
			a.told = a.rhythm.latest(b.now)
			a.LastActive = &a.told
		}
		b.ProductAccess[i] = a.at(b.now)
	}
}

// never says that there was no use of anything.
func (b *builder) never() { b.ProductAccess = []Access{} }

// habit is a use every day or every few days, at the person's own hour.
func (b *builder) habit() rhythm {
	every := []time.Duration{day, day, day, 2 * day, 3 * day}[b.rng.IntN(5)]
	return rhythm{every: every, phase: time.Duration(b.rng.Int64N(int64(every/time.Second))) * time.Second}
}

// stale is an age clearly beyond the threshold, recent ones likelier.
func (b *builder) stale() time.Duration {
	return min(b.between(threshold+3*day, 500*day), b.between(threshold+3*day, 1500*day))
}

// between draws an age of whole seconds.
func (b *builder) between(low, high time.Duration) time.Duration {
	return low + time.Duration(b.rng.Int64N(int64((high-low)/time.Second)))*time.Second
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
