package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

const (
	// maxParagraph is how much text one paragraph of a list in a modal has, in code
	// points.
	maxParagraph = 2600
	// maxParagraphs keeps a modal under Slack's 250 kB, whatever the names.
	maxParagraphs = 12
)

// Suspend is what the modal says before people are suspended.
type Suspend struct {
	Report  storage.Report
	Scan    storage.Scan
	People  []storage.Candidate // whom the submit suspends: exactly these, or fewer.
	Rest    []storage.Candidate // who goes too if a second approver agrees.
	Open    int                 // everybody the report still lists.
	Cap     int                 // how many people this approver may suspend in 24 hours.
	Seconds int                 // other approvers who could agree to suspending all of them.
	Private string              // what the submit is bound to.
}

// SuspendConfirm is the one confirmation before a suspension. As it opens it is
// ready to be submitted; all of its inputs can only make the set smaller, or ask
// for a second approver.
func SuspendConfirm(s Suspend) slack.ModalViewRequest {
	n := len(s.People)
	blocks := []slack.Block{section("", s.consequence(), nil)}
	if n < s.Open {
		blocks = append(blocks, section("", s.capText(), nil))
	}
	if n < s.Open && s.Seconds > 0 {
		blocks = append(blocks, s.choiceInput())
	}
	for _, paragraph := range s.listedPeople() {
		blocks = append(blocks, section("", paragraph, nil))
	}
	blocks = append(blocks, s.inputs()...)
	blocks = append(blocks, contextText("", strings.Join([]string{
		"Each person is read again just before; whoever came back, became an administrator or was excluded is skipped and named.",
		"Activity may be up to 24 hours old. Use through the API or by automation rules is invisible here.",
		"To undo: press Restore beside a person, or Undo this batch, at any time.",
	}, "\n")), section("", s.messageTemplate(), nil))
	if n == 0 {
		return modal(ViewSuspend, "Suspend with a second?", "Ask for a second", s.Private, blocks...)
	}
	return modal(ViewSuspend, "Suspend "+People(n)+"?", "Suspend "+People(n), s.Private, blocks...)
}

// listedPeople names whom the submit suspends, and apart from them those for whom a
// second approver is needed.
func (s Suspend) listedPeople() (out []string) {
	if len(s.People) > 0 {
		out = listPeople(s.People, maxParagraphs)
	}
	if s.Seconds == 0 || len(s.Rest) == 0 {
		return out
	}
	if len(s.People) > 0 {
		out = append(out, "*Only with a second approver, these "+number(len(s.Rest))+" too:*")
	}
	return append(out, listPeople(s.Rest, maxParagraphs-len(out))...)
}

func (s Suspend) consequence() string {
	n := len(s.People)
	if n == 0 {
		n = s.Open
	}
	return fmt.Sprintf("*At most %s will be suspended.* They lose every app of this Atlassian directory, not only %s, until they are restored. Their content, groups and roles stay.",
		People(n), Product(s.Scan.Product))
}

// messageTemplate offers what the bot does not do by itself: telling people.
func (s Suspend) messageTemplate() string {
	return fmt.Sprintf("*This bot tells nobody that they were suspended.* A text you can send:\n> Hello, your Atlassian account has not been used in %s for %s, so we have suspended it to free the seat. Everything you wrote is still there. If you need it again, tell us, and you can log in again right away.",
		Product(s.Scan.Product), daysText(s.Scan.InactiveDays))
}

// capText says why these people and not all of the report.
func (s Suspend) capText() string {
	n, rest := len(s.People), s.Open-len(s.People)
	if n == 0 {
		return fmt.Sprintf("You have reached the %s that one approver may suspend within 24 hours. With a second approver's yes, all %s of the report are suspended.", People(s.Cap), number(s.Open))
	}
	which := fmt.Sprintf("These are the %s inactive for longest.", number(n))
	if n == 1 {
		which = "This is the person inactive for longest."
	}
	why := fmt.Sprintf(" One approver may suspend at most %s within 24 hours", People(s.Cap))
	if used := s.Cap - n; used > 0 {
		why += fmt.Sprintf(", and %s of yours %s counted already", number(used), plural(used, "is", "are"))
	}
	return which + why + fmt.Sprintf(". %s more %s in the report for later.", number(rest), plural(rest, "stays", "stay"))
}

// listPeople names people in paragraphs, as many as there is room for.
func listPeople(people []storage.Candidate, room int) []string {
	var lines []string
	for i := range people {
		lines = append(lines, "• "+Who(people[i].Person)+" · "+lastActive(people[i].Row))
	}
	return paragraphs(lines, max(1, room), "Browse in the report shows everybody.")
}
