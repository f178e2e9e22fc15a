package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

const (
	// maxParagraph is the length of one paragraph of a list, in code points.
	maxParagraph = 2600
	// maxParagraphs keeps a modal below Slack's limit of 250 kB for any names.
	maxParagraphs = 12
)

// Suspend has the values of the confirmation before people are suspended.
type Suspend struct {
	Report    storage.Report
	Scan      storage.Scan
	People    []storage.Candidate // submitting suspends these people, or some of them.
	Rest      []storage.Candidate // also suspended if a second approver agrees.
	Open      int                 // the number of people without a decision.
	Cap       int                 // the number of people this approver may suspend in 24 hours.
	HasSecond bool                // another approver can agree.
	Private   string              // the private metadata.
}

// SuspendConfirm is the confirmation before a suspension. It opens ready to be
// submitted. Its inputs can only make the set smaller or request a second approval.
func SuspendConfirm(s Suspend) slack.ModalViewRequest {
	n := len(s.People)
	blocks := []slack.Block{section("", s.consequence(), nil)}
	if n < s.Open {
		blocks = append(blocks, section("", s.capText(), nil))
	}
	if n < s.Open && s.HasSecond {
		blocks = append(blocks, s.choiceInput())
	}
	for _, paragraph := range s.listedPeople() {
		blocks = append(blocks, section("", paragraph, nil))
	}
	blocks = append(blocks, s.inputs()...)
	blocks = append(blocks, contextText("", suspendChecks), section("", s.messageTemplate(), nil))
	if n == 0 {
		return modal(ViewSuspend, "Request second approval?", "Request approval", s.Private, blocks...)
	}
	return modal(ViewSuspend, "Suspend "+People(n)+"?", "Suspend "+People(n), s.Private, blocks...)
}

// suspendChecks says what is checked before a suspension and how to undo it.
const suspendChecks = "Each person is checked again first. Anyone who is active again, is now an admin or has been excluded is skipped and listed.\n" +
	"Activity data may be up to 24 hours old. API and automation activity is not counted.\n" +
	"To undo, press Restore beside a person or Undo this batch at any time."

// listedPeople lists the people to suspend, then those who need a second approval.
func (s Suspend) listedPeople() (out []string) {
	if len(s.People) > 0 {
		out = listPeople(s.People, maxParagraphs)
	}
	if !s.HasSecond || len(s.Rest) == 0 {
		return out
	}
	if len(s.People) > 0 {
		out = append(out, "*With a second approval, also these "+number(len(s.Rest))+":*")
	}
	return append(out, listPeople(s.Rest, maxParagraphs-len(out))...)
}

// consequence says how many people are suspended and what they lose.
func (s Suspend) consequence() string {
	n := len(s.People)
	if n == 0 {
		n = s.Open
	}
	return fmt.Sprintf("*At most %s will be suspended.* They lose access to every app in this Atlassian directory, not only %s, until they are restored. Their content, groups and roles are kept.",
		People(n), Product(s.Scan.Product))
}

// messageTemplate is a text that approvers can send to suspended people.
func (s Suspend) messageTemplate() string {
	return fmt.Sprintf("*The bot does not notify anyone.* You can send this message:\n> Hello, your Atlassian account has not been used in %s for %s, so we have suspended it to free the licence seat. Everything you wrote is still there. If you need access again, tell us and you can log in right away.",
		Product(s.Scan.Product), daysText(s.Scan.InactiveDays))
}

// capText says why not everyone in the report can be suspended now.
func (s Suspend) capText() string {
	n, rest := len(s.People), s.Open-len(s.People)
	if n == 0 {
		return fmt.Sprintf("You have reached the limit of %s in 24 hours for one approver. With a second approval, all %s in the report are suspended.", plural(s.Cap, "1 suspension", number(s.Cap)+" suspensions"), number(s.Open))
	}
	which := fmt.Sprintf("These are the %s longest inactive people.", number(n))
	if n == 1 {
		which = "This is the longest inactive person."
	}
	why := fmt.Sprintf(" One approver can suspend at most %s in 24 hours", People(s.Cap))
	if used := s.Cap - n; used > 0 {
		why += fmt.Sprintf(", and %s of yours %s already counted", number(used), plural(used, "is", "are"))
	}
	return which + why + fmt.Sprintf(". %s more %s in the report.", number(rest), plural(rest, "stays", "stay"))
}

// listPeople lists people in at most room paragraphs.
func listPeople(people []storage.Candidate, room int) []string {
	var lines []string
	for i := range people {
		lines = append(lines, "• "+PersonLabel(people[i].Person)+" · "+lastActive(people[i].Row))
	}
	return paragraphs(lines, max(1, room), "press Browse in the report to see them all.")
}
