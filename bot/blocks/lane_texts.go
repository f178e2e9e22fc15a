package blocks

// meaning is what a lane is called, and what an admin can do about it. Where
// {product} and {days} stand, the scan's come in.
type meaning struct{ title, text string }

var meanings = map[string]meaning{
	"not_a_person":     {"Not a person", "Apps and customers, which have no seat."},
	"already_off":      {"Cannot log in", "Suspended or deactivated already, or never invited."},
	"excluded":         {"Excluded", "An exclusion or a rule says to leave them alone: see `/inactive exclusions`."},
	"protected":        {"Protected", "Administrators, approvers, whoever was added or restored only recently, and those protected by setting. They are never listed."},
	"unknown":          {"Could not be read", "Something needed was missing, so they are left alone."},
	"never_active":     {"Never used {product}", "No use on record: perhaps they need no access, perhaps the data is missing. If you are sure, remove them from the {product} group at admin.atlassian.com → Directory → Groups."},
	"active":           {"Active", "Used {product} in the last {days}."},
	"active_elsewhere": {"Inactive, but use other apps or sites", "Suspending would take those away too. Remove them from the {product} group at admin.atlassian.com → Directory → Groups instead."},
	"idp_managed":      {"Inactive, but managed by your identity provider", "Remove them there, from the group that gives {product}: it may undo a suspension made here."},
	"inactive":         {"Inactive", "Listed in the report."},
}

// IsLane reports whether there is a lane of this name.
func IsLane(name string) bool { _, ok := meanings[name]; return ok }

// elsewhere is what an admin can do about somebody of a lane, and where.
var elsewhere = map[string]string{
	"already_off":      "To give access back, see admin.atlassian.com → Directory → Users.",
	"never_active":     "If the person needs no access, remove them from the {product} group at admin.atlassian.com.",
	"active_elsewhere": "Suspending would take the other apps and sites away too: remove them from the {product} group at admin.atlassian.com instead.",
	"idp_managed":      "Remove them in your identity provider: it may undo a suspension made here.",
	"unknown":          "They are left alone until it can be read; see the person at admin.atlassian.com → Directory → Users.",
	"inactive":         "They can be suspended from the report.",
}
