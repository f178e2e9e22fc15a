package blocks

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// The block and action ids of the suspend modal. Its inputs make the set smaller, or
// request a second approval to suspend everyone.
const (
	ChoiceBlock  = "how_many"
	ChoiceAction = "choice"
	ChoiceNow    = "now"
	ChoiceAll    = "all"

	NumberBlock  = "number"
	NumberAction = "number"

	LeaveBlock  = "leave_out"
	LeaveAction = "leave_out"

	NoteBlock  = "note"
	NoteAction = "note"
)

const (
	// maxLeaveOut is the number of people offered to be left out. A modal has room for
	// two lists of options besides its text.
	maxLeaveOut = 200
	// maxOptions is the number of options Slack allows in one list of a select.
	maxOptions = 100
	// maxNote is the length of a note or a reason, in characters.
	maxNote = 300
)

// choiceInput is the choice between the people one approver can suspend and
// everyone with a second approver.
func (s Suspend) choiceInput() slack.Block {
	var options []*slack.OptionBlockObject
	if n := len(s.People); n > 0 {
		options = append(options, option(ChoiceNow, "the "+number(n)+" longest inactive now"))
	}
	options = append(options, option(ChoiceAll, "all "+number(s.Open)+", with a second approver"))
	pick := slack.NewRadioButtonsBlockElement(ChoiceAction, options...)
	pick.InitialOption = options[0]
	return slack.NewInputBlock(ChoiceBlock, plain("How many?"), nil, pick)
}

// inputs are the optional inputs: a smaller number, people to leave out, a note.
func (s Suspend) inputs() []slack.Block {
	var out []slack.Block
	if n := len(s.People); n > 1 {
		fewer := slack.NewNumberInputBlockElement(nil, NumberAction, false)
		fewer.InitialValue, fewer.MinValue, fewer.MaxValue = strconv.Itoa(n), "1", strconv.Itoa(n)
		hint := "Starts with the longest inactive. Everyone else stays in the report."
		if s.HasSecond && n < s.Open {
			hint = "Applies if you suspend now, without a second approver. Starts with the longest inactive."
		}
		out = append(out, optional(NumberBlock, "Suspend at most", hint, fewer))
	}
	if len(s.People)+len(s.Rest) > 1 {
		out = append(out, s.leaveOutInput())
	}
	note := slack.NewPlainTextInputBlockElement(nil, NoteAction).WithMultiline(true).WithMaxLength(maxNote)
	return append(out, optional(NoteBlock, "Note", "Posted in the report's thread, visible to the whole channel.", note))
}

// leaveOutInput is the list of people who can be left out this time.
func (s Suspend) leaveOutInput() slack.Block {
	all := slices.Concat(s.People, s.Rest)
	hint := "They stay in the report and can be suspended later. To exclude a person permanently, press Exclude in the report."
	if more := len(all) - maxLeaveOut; more > 0 {
		hint = fmt.Sprintf("%s more are not in this list. To keep one of them, press Exclude in Browse.", number(more))
	}
	pick := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, plain("Choose people"), LeaveAction)
	var people []storage.Person
	for i := range all[:min(len(all), maxLeaveOut)] {
		people = append(people, all[i].Person)
	}
	pick.Options, pick.OptionGroups = personOptions(people)
	return optional(LeaveBlock, "Leave out this time", hint, pick)
}

// personOptions returns people as options of a select, in groups if one list cannot
// hold them. The values are account ids.
func personOptions(people []storage.Person) (options []*slack.OptionBlockObject, groups []*slack.OptionGroupBlockObject) {
	for part := range slices.Chunk(people, maxOptions) {
		options = nil
		for _, p := range part {
			options = append(options, option(p.AccountID, truncate(plainName(p), maxButton)))
		}
		if len(people) <= maxOptions {
			return options, nil
		}
		first := len(groups)*maxOptions + 1
		label := fmt.Sprintf("%s to %s", number(first), number(first+len(part)-1))
		groups = append(groups, slack.NewOptionGroupBlockElement(plain(label), options...))
	}
	return nil, groups
}

// option is one choice of a list. Its value is an id, never a decision.
func option(value, text string) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(value, plain(text), nil)
}

// optional is an input that can be left unchanged.
func optional(id, label, hint string, element slack.BlockElement) slack.Block {
	b := slack.NewInputBlock(id, plain(label), plain(hint), element)
	b.Optional = true
	return b
}
