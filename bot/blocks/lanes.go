package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// Lane is one lane with some of its people.
type Lane struct {
	Lane   string
	N      int
	People []storage.Person // the first of them.
}

// meaning is what a lane is called, and what an admin can do about it. Where
// {product} and {days} stand, the scan's come in.
type meaning struct{ title, text string }

var meanings = map[string]meaning{
	"not_a_person":     {"Not a person", "Apps and customers, which have no seat."},
	"already_off":      {"Cannot log in", "Suspended or deactivated already, or never invited."},
	"excluded":         {"Excluded", "An exclusion or a rule says to leave them alone: see `/inactive exclusions`."},
	"protected":        {"Protected", "Administrators, approvers, whoever was added or restored only recently, and those protected by setting. They are never listed."},
	"unknown":          {"Could not be read", "Something needed was missing, so they are left alone."},
	"never_active":     {"Never used {product}", "No use on record: perhaps they need no access, perhaps the data is missing. If you are sure, remove them from the {product} group at admin.atlassian.com."},
	"active":           {"Active", "Used {product} in the last {days}."},
	"active_elsewhere": {"Inactive, but use other apps or sites", "Suspending would take those away too. Remove them from the {product} group at admin.atlassian.com instead."},
	"idp_managed":      {"Inactive, but managed by your identity provider", "Remove them there: it may undo a suspension made here."},
	"inactive":         {"Inactive", "Listed in the report."},
}

// Lanes shows who is where, and what to do about it elsewhere.
func Lanes(sc storage.Scan, all []Lane) slack.ModalViewRequest {
	blocks := []slack.Block{section("", fmt.Sprintf("*%s* on %s, each in one group. Only those in the report can be suspended.", People(sc.People), Local(sc.EndedAt)), nil)}
	fill := strings.NewReplacer("{product}", Product(sc.Product), "{days}", inDays(sc.InactiveDays))
	for _, l := range all {
		if l.N > 0 {
			m := meanings[l.Lane]
			blocks = append(blocks, section("", fmt.Sprintf("*%s · %s*\n%s", fill.Replace(m.title), number(l.N), fill.Replace(m.text))+l.people(), nil))
		}
	}
	return modal(ViewLanes, "Who is where", "", "", blocks...)
}

// people are the names known of a lane, a line each.
func (l Lane) people() string {
	var b strings.Builder
	for _, p := range l.People {
		b.WriteString("\n• " + Who(p))
	}
	if more := l.N - len(l.People); more > 0 && len(l.People) > 0 {
		b.WriteString("\nand " + number(more) + " more")
	}
	return b.String()
}
