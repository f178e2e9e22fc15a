package atlassiantest

import "time"

// ownerName is the display name of the person who made the API key.
const ownerName = "Katharina Keyes (API key owner)"

// edgeCases are the people who are there to be mistaken for somebody else: none
// is a candidate, and most look like one. A small organisation has only the
// first of them, so that every lane comes before the finer points. At most
// three have activity that cannot be known.
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
	{"never used anything", func(b *builder) { b.never() }},
	{"inactive here, active in Jira", func(b *builder) {
		b.used(keyConfluence, SiteConfluence, 300*day)
		b.uses(keyJira, SiteJira, b.daily())
	}},
	{"inactive, synced from an identity provider", func(b *builder) {
		b.ManagementSource = "synced"
		b.used(keyConfluence, SiteConfluence, 250*day)
	}},
	{"inactive, suspended already", func(b *builder) { b.inactiveAs(StatusSuspended) }},
	{"an inactive app", func(b *builder) { b.robot("app", "Confluence Analytics (app)") }},
	{"last used in the future", func(b *builder) { b.used(keyConfluence, SiteConfluence, -3650*day) }},
	{"inactive org admin", func(b *builder) { b.inactiveAdmin(RoleOrgAdmin) }},
	{"added lately, never active", func(b *builder) {
		b.never()
		b.AddedToOrg = b.g.born.Add(-30 * day)
	}},
	{"a minute inside the threshold, and staying there", func(b *builder) {
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
	{"to be deleted", func(b *builder) { b.inactiveAs(StatusForDeletion) }},
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
	{"guest who never came", func(b *builder) {
		b.guest()
		b.never()
	}},
	{"a customer of the service desk", func(b *builder) { b.robot("customer", "Casey Customer") }},
	{"added again lately, with old activity", func(b *builder) {
		b.used(keyConfluence, SiteConfluence, 400*day)
		b.AddedToOrg = b.g.born.Add(-20 * day)
	}},
	{"active, of the same name as a candidate", func(b *builder) {
		b.Name, b.Email = sharedName, "kim.lee2@example.com"
		b.uses(keyConfluence, SiteConfluence, b.daily())
	}},
	{"active, told in UTC", activeIn(ShapeUTC)},
	{"active, told with an offset", activeIn(ShapeOffset)},
	{"active, told in nanoseconds", activeIn(ShapeNano)},
	{"active, told as a date", activeIn(ShapeDate)},
	{"active, told in milliseconds", activeIn(ShapeMillis)},
	{"on the day of the threshold, told as a date, and staying there", func(b *builder) {
		b.uses(keyConfluence, SiteConfluence, rhythm{every: day, lag: threshold})
		b.ProductAccess[0].Shape = ShapeDate
	}},
	{"access without a moment", func(b *builder) {
		b.ProductAccess = []Access{{Key: keyConfluence, ID: SiteConfluence}, {Key: keyConfluence, ID: SiteConfluence2}}
	}},
	{"more products than fit a page, Confluence last", func(b *builder) { b.everything(keyConfluence, SiteConfluence2) }},
	{"more products than fit a page, Jira last", func(b *builder) { b.everything(keyJira, SiteJira) }},
	{"synced and active", func(b *builder) {
		b.ManagementSource = "synced"
		b.uses(keyConfluence, SiteConfluence, b.daily())
	}},
	{"synced and suspended", func(b *builder) {
		b.ManagementSource = "synced"
		b.inactiveAs(StatusSuspended)
	}},
	{"active, with the role that is no admin's", func(b *builder) {
		b.PlatformRoles = []string{RoleAIAccess}
		b.uses(keyConfluence, SiteConfluence, b.daily())
	}},
}

// daily is a use every day, so that somebody was always active lately.
func (b *builder) daily() rhythm {
	r := b.habit()
	return rhythm{every: day, phase: r.phase % day}
}

// admin gives the person the role.
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

// activeIn is somebody active whose last use, some days ago, is told in shape.
func activeIn(shape Shape) func(*builder) {
	return func(b *builder) {
		b.used(keyConfluence, SiteConfluence, 20*day-123456789*time.Nanosecond)
		b.ProductAccess[0].Shape = shape
	}
}

// everything is old use of many products and recent use of the last one.
func (b *builder) everything(key, site string) {
	b.used(keyConfluence, SiteConfluence, 420*day)
	for _, other := range []string{
		"jira-core", "jira-service-desk", "jira-ops", "bitbucket", "trello", "opsgenie",
		"statuspage", "compass", "loom", "jira-product-discovery", "goals",
	} {
		b.used(other, SiteJira, b.stale())
	}
	b.uses(key, site, b.daily())
}
