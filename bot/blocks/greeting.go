package blocks

import (
	"fmt"
	"time"

	"github.com/slack-go/slack"
)

// Hello is what the first message of all says.
type Hello struct {
	Product      string
	InactiveDays int
	Next         time.Time // the next scheduled report.
	Approvers    []string  // Slack user ids.
}

// Greeting is the first message of all, with a button for those who do not want
// to wait for the schedule.
func Greeting(h Hello) Message {
	text := fmt.Sprintf("inactivebot is here. It lists people who have not used %s for %s, and suspends nobody unless an approver presses the button.",
		Product(h.Product), daysText(h.InactiveDays))
	scan := withLabel(button(ActionScanAgain, "0", "Scan now"), "Scan now and post the first report")
	return Message{Text: text, Blocks: []slack.Block{
		section("hello", "*"+text+"*", nil),
		section("next", "Next report: "+Local(h.Next)+". "+h.approversText(), scan),
		contextText("new", "Its database is empty: it knows of no exclusions and no earlier reports. If it was used here before, its database is missing: stop it and put the file back."),
	}}
}

// approversText says who may press, without filling the channel with names.
func (h Hello) approversText() string {
	const most = 20
	if len(h.Approvers) == 0 {
		return "Slack has not said yet who the approvers are."
	}
	var first []string
	for _, id := range h.Approvers[:min(most, len(h.Approvers))] {
		first = append(first, Mention(id))
	}
	return plural(len(h.Approvers), "Approver: ", "Approvers: ") + joinMore(first, len(h.Approvers)) + "."
}
