package blocks

import (
	"fmt"
	"time"

	"github.com/slack-go/slack"
)

// WelcomeData has the values of the greeting.
type WelcomeData struct {
	Product      string
	InactiveDays int
	NextReport   time.Time // the next scheduled report.
	Approvers    []string  // Slack user ids.
}

// Greeting is the first message of a new installation, with a button that scans
// before the first scheduled report.
func Greeting(h WelcomeData) Message {
	text := fmt.Sprintf("inactivebot is running. It lists people who have not used %s for %s, and suspends no one unless an approver presses the button.",
		Product(h.Product), daysText(h.InactiveDays))
	scan := withLabel(button(ActionScanAgain, GreetingValue, "Scan now"), "Scan now and post the first report")
	return Message{Text: text, Blocks: []slack.Block{
		section("hello", "*"+text+"*", nil),
		section("next", "Next report: "+LocalTime(h.NextReport)+". "+h.approversText(), scan),
		contextText("new", "This is a new installation. If inactivebot ran here before, its database is missing: stop it and restore the file."),
	}}
}

// GreetingValue is the value of the greeting's button, which belongs to no report.
const GreetingValue = "0"

// approversText names the approvers, at most 20 of them.
func (h WelcomeData) approversText() string {
	if len(h.Approvers) == 0 {
		return "The approvers are not known yet."
	}
	return Approvers(h.Approvers)
}

// maxMentions is how many people a text mentions.
const maxMentions = 20

// mentions mentions people, at most maxMentions of them.
func mentions(ids []string) string {
	var first []string
	for _, id := range ids[:min(maxMentions, len(ids))] {
		first = append(first, Mention(id))
	}
	return joinMore(first, len(ids))
}

// Approvers mentions the approvers in a sentence.
func Approvers(ids []string) string {
	return plural(len(ids), "Approver: ", "Approvers: ") + mentions(ids) + "."
}
