package atlassiantest

import "time"

// ownerName is the display name of the person who made the API key.
const ownerName = "Katharina Keyes (API key owner)"

// edgeCases are people that are easily misclassified: none is a candidate, and
// most look like one. A small organisation has only the first entries, so every
// lane is covered before the rarer cases. At most three have unknown activity.
var edgeCases = []struct {
	what string
	make func(*builder)
}{
	{"the API key's owner, an active org admin", func(b *builder) {
		b.Name, b.Email = ownerName, "katharina.keyes@example.com"
		b.admin(RoleOrgAdmin)
		b.uses(keyConfluence, SiteConfluence, b.daily())
	}},
	{"active every day", func(b *builder) { b.uses(keyConfluence, SiteConfluence, b.daily()) }},
	{"two sites, the recent one last", func(b *builder) {
		b.used(keyConfluence, SiteConfluence, 400*day)
		b.uses(keyConfluence, SiteConfluence2, b.daily())
	}},
	{"never used anything", func(b *builder) { b.clearActivity() }},
	{"inactive here, active in Jira", func(b *builder) {
		b.used(keyConfluence, SiteConfluence, 300*day)
		b.uses(keyJira, SiteJira, b.daily())
	}},
	{"inactive, synced from an identity provider", func(b *builder) {
		b.ManagementSource = "synced"
		b.used(keyConfluence, SiteConfluence, 250*day)
	}},
	{"inactive, already suspended", func(b *builder) { b.inactiveAs(StatusSuspended) }},
	{"an inactive app", func(b *builder) { b.nonPerson("app", "Confluence Analytics (app)") }},
	{"last used in the future", func(b *builder) { b.used(keyConfluence, SiteConfluence, -3650*day) }},
	{"inactive org admin", func(b *builder) { b.inactiveAdmin(RoleOrgAdmin) }},
	{"added recently, never active", func(b *builder) {
		b.clearActivity()
		b.AddedToOrg = b.g.created.Add(-30 * day)
	}},
	{"always one minute inside the threshold", func(b *builder) {
		b.uses(keyConfluence, SiteConfluence, rhythm{every: 30 * time.Second, lag: threshold - time.Minute})
	}},
	{"two sites, the recent one first", func(b *builder) {
		b.uses(keyConfluence, SiteConfluence2, b.daily())
		b.used(keyConfluence, SiteConfluence, 400*day)
	}},
	{"no productAccess field", func(*builder) {}},
	{"productAccess null", func(b *builder) { b.NullActivity = true }},
	{"deactivated", func(b *builder) { b.inactiveAs(StatusDeactivated) }},
	{"never invited", func(b *builder) { b.inactiveAs(StatusNotInvited) }},
	{"scheduled for deletion", func(b *builder) { b.inactiveAs(StatusForDeletion) }},
	{"inactive site admin", func(b *builder) { b.inactiveAdmin(RoleSiteAdmin) }},
	{"active site admin", func(b *builder) {
		b.admin(RoleSiteAdmin)
		b.uses(keyConfluence, SiteConfluence, b.daily())
	}},
	{"inactive user access admin", func(b *builder) { b.inactiveAdmin(RoleUserAccessAdmin) }},
	{"active user access admin", func(b *builder) {
		b.admin(RoleUserAccessAdmin)
		b.uses(keyConfluence, SiteConfluence, b.daily())
	}},
	{"active guest", func(b *builder) {
		b.guest()
		b.uses(keyConfluence, SiteConfluence, b.daily())
	}},
	{"guest, never active", func(b *builder) {
		b.guest()
		b.clearActivity()
	}},
	{"a service desk customer", func(b *builder) { b.nonPerson("customer", "Casey Customer") }},
	{"added again recently, with old activity", func(b *builder) {
		b.used(keyConfluence, SiteConfluence, 400*day)
		b.AddedToOrg = b.g.created.Add(-20 * day)
	}},
	{"active, same name as a candidate", func(b *builder) {
		b.Name, b.Email = sharedName, "kim.lee2@example.com"
		b.uses(keyConfluence, SiteConfluence, b.daily())
	}},
	{"active, timestamp in UTC", activeIn(ShapeUTC)},
	{"active, timestamp with an offset", activeIn(ShapeOffset)},
	{"active, timestamp in nanoseconds", activeIn(ShapeNano)},
	{"active, timestamp as a date", activeIn(ShapeDate)},
	{"active, timestamp in milliseconds", activeIn(ShapeMillis)},
	{"always on the day of the threshold, timestamp as a date", func(b *builder) {
		b.uses(keyConfluence, SiteConfluence, rhythm{every: day, lag: threshold})
		b.ProductAccess[0].Shape = ShapeDate
	}},
	{"access without a timestamp", func(b *builder) {
		b.ProductAccess = []Access{{Key: keyConfluence, ID: SiteConfluence}, {Key: keyConfluence, ID: SiteConfluence2}}
	}},
	{"more products than one page holds, Confluence last", func(b *builder) { b.manyProducts(keyConfluence, SiteConfluence2) }},
	{"more products than one page holds, Jira last", func(b *builder) { b.manyProducts(keyJira, SiteJira) }},
	{"synced and active", func(b *builder) {
		b.ManagementSource = "synced"
		b.uses(keyConfluence, SiteConfluence, b.daily())
	}},
	{"synced and suspended", func(b *builder) {
		b.ManagementSource = "synced"
		b.inactiveAs(StatusSuspended)
	}},
	{"active, with a role that is not an admin role", func(b *builder) {
		b.PlatformRoles = []string{RoleAIAccess}
		b.uses(keyConfluence, SiteConfluence, b.daily())
	}},
}

// daily returns recurring use every day.
func (b *builder) daily() rhythm {
	r := b.regularUse()
	return rhythm{every: day, phase: r.phase % day}
}

// admin gives the person an admin role.
func (b *builder) admin(role string) {
	b.PlatformRoles = []string{role}
	b.Groups = append(b.Groups, "org-admins")
}

func (b *builder) inactiveAdmin(role string) {
	b.admin(role)
	b.used(keyConfluence, SiteConfluence, b.stale())
}

func (b *builder) inactiveAs(status string) {
	b.Status = status
	b.used(keyConfluence, SiteConfluence, b.stale())
}

// activeIn returns a builder function for a person whose last use, about 20
// days ago, has the given shape.
func activeIn(shape Shape) func(*builder) {
	return func(b *builder) {
		b.used(keyConfluence, SiteConfluence, 20*day-123456789*time.Nanosecond)
		b.ProductAccess[0].Shape = shape
	}
}

// manyProducts adds old use of many products and recent use of the last one.
func (b *builder) manyProducts(key, site string) {
	b.used(keyConfluence, SiteConfluence, 420*day)
	for _, other := range []string{
		"jira-core", "jira-service-desk", "jira-ops", "bitbucket", "trello", "opsgenie",
		"statuspage", "compass", "loom", "jira-product-discovery", "goals",
	} {
		b.used(other, SiteJira, b.stale())
	}
	b.uses(key, site, b.daily())
}
