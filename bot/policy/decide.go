package policy

import (
	"slices"
	"strings"
	"time"

	"inactivebot/atlassian"
)

const (
	// futureTolerance is how far a timestamp may lie in the future. Beyond it the
	// timestamp counts as unreadable.
	futureTolerance = 5 * time.Minute
	// restoreGracePeriod is how long a restored person is protected.
	restoreGracePeriod = 30 * 24 * time.Hour
)

// Settings are the rules of one organisation.
type Settings struct {
	Product      string   // product key in the form of [atlassian.ProductKey].
	Sites        []string // product instance ids in scope, in the form of [atlassian.SiteID]; empty: all.
	InactiveDays int
	Rules        Rules
	Protect      []string // account ids or emails that are never listed.
	Approvers    []string // the emails of the approvers that are known.
	// ProtectedBefore has, by entry of Protect, the accounts that it matched in
	// earlier scans. They stay protected if their email changes.
	ProtectedBefore map[string][]string
	// IgnoreOtherApps makes people who use other apps candidates, but never people
	// who use the product on another site.
	IgnoreOtherApps bool
	// SuspendIDPManaged makes people managed by an identity provider candidates.
	SuspendIDPManaged bool
}

// Cutoff returns the time of the threshold. A person whose last activity is before
// it is inactive.
func (s Settings) Cutoff(now time.Time) time.Time {
	return now.UTC().AddDate(0, 0, -s.InactiveDays)
}

// Facts are everything known about a person when the decision is made.
type Facts struct {
	User atlassian.User
	// Failed reports whether a look-up of this person failed.
	Failed bool
	// SearchOnly means that last-active-dates was not read for this person, so that a
	// date that the search did not return is not known to be missing.
	SearchOnly bool
	// SourceLost means that an earlier read of this person had a management source
	// that must not be lost, and this one has none.
	SourceLost bool
	Excluded   bool      // an exclusion of this account is in effect.
	RestoredAt time.Time // zero: never, or not known.
}

// Decision is the lane of a person with the reason.
type Decision struct {
	Lane   Lane
	Reason Reason
	Detail string // the rule, role, field or product that decided.
	// LastActive is the last use of the product on a site in scope; zero: none. A
	// date without a time counts as the end of that day.
	LastActive time.Time
	// OtherActive is the last use of other apps, or of the product on other sites.
	OtherActive time.Time
	// ServiceAccount reports whether the name looks like the name of a program.
	ServiceAccount bool
}

// Decide returns the first lane that matches a person. The last activity of a person
// in lane [Inactive] is strictly before the cutoff.
func Decide(f Facts, s Settings, now time.Time) Decision {
	use := readUse(f.User.ProductAccess, s, now)
	d := Decision{LastActive: use.inScope, OtherActive: latest(use.otherSite, use.otherApp)}
	d.ServiceAccount = looksLikeService(f.User)
	for _, lane := range []func(Facts, Settings, usage, time.Time) (Lane, Reason, string){
		notAPerson, alreadyOff, excluded, protected, unknown, byActivity,
	} {
		if l, reason, detail := lane(f, s, use, now); l != "" {
			d.Lane, d.Reason, d.Detail = l, reason, detail
			return d
		}
	}
	switch {
	case f.SourceLost && !s.SuspendIDPManaged:
		d.Lane, d.Reason, d.Detail = Unknown, FieldMissing, managementSourceField
	case f.User.AddedToOrg.IsZero(): // last-active-dates was not asked.
		d.Lane, d.Reason, d.Detail = Unknown, FieldMissing, AddedToOrgField
	default:
		d.Lane = Inactive
	}
	return d
}

func notAPerson(f Facts, _ Settings, _ usage, _ time.Time) (Lane, Reason, string) {
	if f.User.AccountType != "" && f.User.AccountType != "atlassian" {
		return NotAPerson, "", f.User.AccountType
	}
	return "", "", ""
}

func alreadyOff(f Facts, _ Settings, _ usage, _ time.Time) (Lane, Reason, string) {
	if f.User.Status != "" && !CanLogIn(f.User) {
		return AlreadyOff, "", f.User.Status
	}
	return "", "", ""
}

// CanLogIn reports whether the account is active.
func CanLogIn(u atlassian.User) bool { return u.Status == "active" }

func excluded(f Facts, s Settings, _ usage, _ time.Time) (Lane, Reason, string) {
	if f.Excluded {
		return Excluded, ByExclusion, ""
	}
	if rule, ok := s.Rules.Match(f.User); ok {
		return Excluded, ByRule, rule
	}
	return "", "", ""
}

func protected(f Facts, s Settings, _ usage, now time.Time) (Lane, Reason, string) {
	for _, role := range f.User.PlatformRoles {
		if strings.Contains(strings.ToLower(role), "admin") {
			return Protected, AdminRole, role
		}
	}
	is := func(who string) bool { return isAccount(f.User, who) }
	switch {
	case slices.ContainsFunc(s.Protect, is):
		return Protected, ProtectSetting, ""
	case s.stillProtected(f.User):
		return Protected, ProtectEarlier, ""
	case slices.ContainsFunc(s.Approvers, is):
		return Protected, IsApprover, ""
	case f.User.AddedToOrg.Latest().After(s.Cutoff(now)):
		return Protected, JustAdded, ""
	case !f.RestoredAt.IsZero() && now.Sub(f.RestoredAt) < restoreGracePeriod:
		return Protected, JustRestored, ""
	}
	return "", "", ""
}

// isAccount reports whether who is the account id, or the email in any letter case.
func isAccount(u atlassian.User, who string) bool {
	return who == u.AccountID || u.Email != "" && strings.EqualFold(who, u.Email)
}

func unknown(f Facts, s Settings, use usage, now time.Time) (Lane, Reason, string) {
	if f.Failed {
		return Unknown, LookupFailed, ""
	}
	if field := missingField(f, s); field != "" {
		return Unknown, FieldMissing, field
	}
	switch {
	case f.User.Email == "" && s.NeedsEmail() != "":
		return Unknown, EmailHidden, s.NeedsEmail()
	case f.User.AddedToOrg.Malformed:
		return Unknown, Unreadable, "addedToOrg"
	case inFuture(f.User.AddedToOrg, now):
		return Unknown, InTheFuture, "addedToOrg"
	case f.User.ProductAccess == nil:
		return Unknown, ActivityMissing, ""
	case withinThreshold(use.inScope, s, now):
	case use.bad != "":
		return Unknown, use.bad, use.badProduct
	case f.User.AddedToOrg.IsZero() && !f.SearchOnly:
		return Unknown, FieldMissing, AddedToOrgField
	}
	return "", "", ""
}

// The API's names of fields without which a person can be unknown, and which a scan
// reads in another way if they are absent.
const (
	AddedToOrgField    = "addedToOrg"
	PlatformRolesField = "platformRoles"

	managementSourceField = "managementSource"
)

// missingField returns the name of a field that the decision needs and that is
// absent or malformed. An absent email is not an approver's; a malformed one may be.
func missingField(f Facts, s Settings) string {
	u := f.User
	unreadable := func(field string) bool { return slices.Contains(u.Malformed, field) }
	switch {
	case u.AccountType == "":
		return "accountType"
	case u.Status == "":
		return "status"
	case u.PlatformRoles == nil:
		return PlatformRolesField
	case unreadable("email") && (len(s.Approvers) > 0 || s.NeedsEmail() != ""):
		return "email"
	case u.Groups == nil && s.Rules.NeedGroups():
		return "groups"
	case unreadable("managementSource") && !s.SuspendIDPManaged:
		return managementSourceField
	}
	return ""
}

// ProtectName is the name of the setting [Settings].Protect, as the detail of a reason.
const ProtectName = "INACTIVEBOT_PROTECT"

// NeedsEmail returns the rule or the setting that needs a person's email. It is empty
// if none does.
func (s Settings) NeedsEmail() string {
	if i := slices.IndexFunc(s.Rules, func(r Rule) bool { return r.needs == needEmail }); i >= 0 {
		return s.Rules[i].text
	}
	if slices.ContainsFunc(s.Protect, func(who string) bool { return strings.Contains(who, "@") }) {
		return ProtectName
	}
	return ""
}

// byActivity decides between the lanes from never_active to idp_managed.
func byActivity(f Facts, s Settings, use usage, now time.Time) (Lane, Reason, string) {
	switch {
	case withinThreshold(use.inScope, s, now):
		return Active, "", ""
	case withinThreshold(use.otherSite, s, now):
		return ActiveElsewhere, OtherSite, s.Product
	case use.inScope.IsZero():
		return NeverActive, "", ""
	case withinThreshold(use.otherApp, s, now) && !s.IgnoreOtherApps:
		return ActiveElsewhere, OtherApp, use.otherProduct
	case IsManaged(f.User.ManagementSource) && !s.SuspendIDPManaged:
		return IDPManaged, "", ""
	}
	return "", "", ""
}

// IsManaged reports whether a management source is an identity provider: "synced", or
// one that is not known here.
func IsManaged(source string) bool { return source != "" && source != "invited" }

// withinThreshold reports whether a time is set and not before the cutoff.
func withinThreshold(at time.Time, s Settings, now time.Time) bool {
	return !at.IsZero() && !at.Before(s.Cutoff(now))
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
