package blocks

import (
	"strings"

	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// laneText holds the texts about a lane. {product} and {days} stand for the
// product and the threshold of a scan.
type laneText struct {
	title       string
	description string
	remedy      string // what an admin can do outside the report; may be empty.
}

// laneTexts has a text for every lane.
var laneTexts = map[policy.Lane]laneText{
	policy.NotAPerson: {
		title:       "Not a person",
		description: "App and customer accounts. They use no licence seat.",
	},
	policy.AlreadyOff: {
		title:       "Cannot log in",
		description: "Suspended, deactivated or never invited.",
		remedy:      "To give access back, go to admin.atlassian.com → Directory → Users.",
	},
	policy.Excluded: {
		title:       "Excluded",
		description: "Matched by an exclusion or a rule. See `/inactive exclusions`.",
	},
	policy.Protected: {
		title:       "Protected",
		description: "Admins, approvers, people added or restored recently, and accounts protected by a setting. They are never listed.",
	},
	policy.Unknown: {
		title:       "Could not be checked",
		description: "Required data was missing, so they are left alone.",
		remedy:      "Check the account at admin.atlassian.com → Directory → Users.",
	},
	policy.NeverActive: {
		title:       "Never used {product}",
		description: "No activity on record: they may not need access, or the data may be missing.",
		remedy:      "If they need no access, remove them from the {product} group at admin.atlassian.com → Directory → Groups.",
	},
	policy.Active: {
		title:       "Active",
		description: "Used {product} within the last {days}.",
	},
	policy.ActiveElsewhere: {
		title:       "Inactive, uses other apps or sites",
		description: "Suspending would remove access to those too.",
		remedy:      "Remove them from the {product} group at admin.atlassian.com → Directory → Groups instead.",
	},
	policy.IDPManaged: {
		title:       "Inactive, managed by your identity provider",
		description: "The identity provider may undo a suspension made here.",
		remedy:      "Remove them there, from the group that grants {product}.",
	},
	policy.Inactive: {
		title:       "Inactive",
		description: "Listed in the report.",
		remedy:      "They can be suspended there.",
	},
}

// IsLane reports whether a lane of this name exists.
func IsLane(name string) bool { _, ok := laneTexts[policy.Lane(name)]; return ok }

// LaneTitle returns the name of a lane, as the status of a person. Product is
// the key of the product that was scanned. An unknown lane has an empty title.
func LaneTitle(lane policy.Lane, product string) string {
	return strings.ReplaceAll(laneTexts[lane].title, "{product}", Product(product))
}

// laneTextOf returns the text of a lane with the product and threshold of a scan.
func laneTextOf(lane string, sc storage.Scan) laneText {
	t := laneTexts[policy.Lane(lane)]
	fill := strings.NewReplacer("{product}", Product(sc.Product), "{days}", daysText(sc.InactiveDays)).Replace
	return laneText{fill(t.title), fill(t.description), fill(t.remedy)}
}

// text returns the description and the remedy.
func (t laneText) text() string { return joinSentences(t.description, t.remedy) }
