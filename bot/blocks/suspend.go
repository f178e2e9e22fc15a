package blocks

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

const (
	// maxListed is how much text one paragraph of a list in a modal has, in code
	// points.
	maxListed = 2600
	// maxParagraphs keeps a modal under Slack's 250 kB, whatever the names.
	maxParagraphs = 12
)

// Suspend is what the modal says before people are suspended.
type Suspend struct {
	Report  storage.Report
	Scan    storage.Scan
	People  []storage.Candidate // whom the submit suspends: exactly these, or fewer.
	Open    int                 // everybody the report still lists.
	Cap     int                 // how many people this approver may suspend in 24 hours.
	Seconds int                 // other approvers who could agree to suspending all of them.
	Private string              // what the submit is bound to.
}

// SuspendConfirm is the one confirmation before a suspension.
func SuspendConfirm(s Suspend) slack.ModalViewRequest {
	n := len(s.People)
	blocks := []slack.Block{section("", s.will(), nil)}
	if n < s.Open {
		blocks = append(blocks, section("", s.capped(), nil))
	}
	if n < s.Open && s.Seconds > 0 {
		blocks = append(blocks, s.choice())
	}
	for _, paragraph := range s.list() {
		blocks = append(blocks, section("", paragraph, nil))
	}
	blocks = append(blocks, small("", strings.Join([]string{
		"Each person is read again just before; whoever came back, became an administrator or was excluded is skipped and named.",
		"Activity may be up to 24 hours old. Use through the API or by automation rules is invisible here.",
		"This bot tells nobody that they were suspended.",
		"To undo: press Restore beside a person, or Undo this batch, at any time.",
	}, "\n")))
	if n == 0 {
		return modal(ViewSuspend, "Suspend with a second?", "Ask for a second", s.Private, blocks...)
	}
	return modal(ViewSuspend, "Suspend "+People(n)+"?", "Suspend "+People(n), s.Private, blocks...)
}

// list names whom the submit suspends, if there is anybody without a second.
func (s Suspend) list() []string {
	if len(s.People) == 0 {
		return nil
	}
	return list(s.People)
}

func (s Suspend) will() string {
	n := len(s.People)
	if n == 0 {
		n = s.Open
	}
	return fmt.Sprintf("*At most %s will be suspended.* They lose every app of this Atlassian directory, not only %s, until they are restored. Their content, groups and roles stay.",
		People(n), Product(s.Scan.Product))
}

// The input by which an approver chooses between what one may do now, and
// everybody with a second approver.
const (
	ChoiceBlock  = "how_many"
	ChoiceAction = "choice"
	ChoiceNow    = "now"
	ChoiceAll    = "all"
)

func (s Suspend) choice() slack.Block {
	option := func(value, text string) *slack.OptionBlockObject {
		return slack.NewOptionBlockObject(value, plain(text), nil)
	}
	var options []*slack.OptionBlockObject
	if n := len(s.People); n > 0 {
		options = append(options, option(ChoiceNow, "the "+number(n)+" longest inactive now"))
	}
	options = append(options, option(ChoiceAll, "all "+number(s.Open)+", with a second approver"))
	pick := slack.NewRadioButtonsBlockElement(ChoiceAction, options...)
	pick.InitialOption = options[0]
	return slack.NewInputBlock(ChoiceBlock, plain("How many?"), nil, pick)
}

// capped says why these people and not all of the report.
func (s Suspend) capped() string {
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
		why += fmt.Sprintf(", and %s of yours %s counted already", number(used), verb(used, "is", "are"))
	}
	return which + why + fmt.Sprintf(". %s more %s in the report for later.", number(rest), verb(rest, "stays", "stay"))
}

// list names people in paragraphs, as many as a modal holds.
func list(people []storage.Candidate) (paragraphs []string) {
	var b strings.Builder
	size := 0
	for i, c := range people {
		line := "• " + Who(c.Person) + " · " + lastActive(c.Row) + "\n"
		n := utf8.RuneCountInString(line)
		if size+n > maxListed {
			paragraphs = append(paragraphs, strings.TrimSpace(b.String()))
			b.Reset()
			if size = 0; len(paragraphs) == maxParagraphs {
				return append(paragraphs, fmt.Sprintf("and %s more: Browse in the report shows everybody.", number(len(people)-i)))
			}
		}
		b.WriteString(line)
		size += n
	}
	return append(paragraphs, strings.TrimSpace(b.String()))
}
