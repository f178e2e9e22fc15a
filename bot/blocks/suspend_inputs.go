package blocks

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// The inputs of the suspend modal, by which an approver suspends fewer people
// than it shows, or asks for a second approver to suspend all of them.
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
	// maxLeaveOut is how many people can be chosen to be left out; a list of options
	// holds 100, and a modal two of them besides its text.
	maxLeaveOut = 200
	// maxOptions is how many options one list of a select may have.
	maxOptions = 100
	// maxNote is how long a note or a reason may be, in characters.
	maxNote = 300
)

// choiceInput is between whom an approver may suspend alone, and everybody with a
// second approver.
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

// inputs are what can be chosen and need not be: fewer people, whom to leave
// out, and a note.
func (s Suspend) inputs() []slack.Block {
	var out []slack.Block
	if n := len(s.People); n > 1 {
		fewer := slack.NewNumberInputBlockElement(nil, NumberAction, false)
		fewer.InitialValue, fewer.MinValue, fewer.MaxValue = strconv.Itoa(n), "1", strconv.Itoa(n)
		hint := "The longest inactive come first; who is not reached stays in the report."
		if s.Seconds > 0 && n < s.Open {
			hint = "Counts for what you suspend now, without a second approver. The longest inactive come first."
		}
		out = append(out, optional(NumberBlock, "How many of them at most", hint, fewer))
	}
	if len(s.People)+len(s.Rest) > 1 {
		out = append(out, s.leaveOutInput())
	}
	note := slack.NewPlainTextInputBlockElement(nil, NoteAction).WithMultiline(true).WithMaxLength(maxNote)
	return append(out, optional(NoteBlock, "Note", "Stands in the report's thread, where everyone in the channel reads it.", note))
}

// leaveOutInput is the list of people from which some can be left out this time.
func (s Suspend) leaveOutInput() slack.Block {
	all := slices.Concat(s.People, s.Rest)
	hint := "They stay in the report and can be suspended later. To leave somebody alone for good, press Exclude in the report."
	if more := len(all) - maxLeaveOut; more > 0 {
		hint = fmt.Sprintf("%s more are not in this list: press Exclude in Browse to keep one of them.", number(more))
	}
	pick := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, plain("Choose people"), LeaveAction)
	var people []storage.Person
	for i := range all[:min(len(all), maxLeaveOut)] {
		people = append(people, all[i].Person)
	}
	pick.Options, pick.OptionGroups = personOptions(people)
	return optional(LeaveBlock, "Leave out this time", hint, pick)
}

// personOptions are people as the options of a select, in groups where one list does
// not hold them. Their values are account ids.
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

// optional is an input that may stay as it is.
func optional(id, label, hint string, element slack.BlockElement) slack.Block {
	b := slack.NewInputBlock(id, plain(label), plain(hint), element)
	b.Optional = true
	return b
}
