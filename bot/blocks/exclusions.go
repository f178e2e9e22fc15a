package blocks

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// ExclusionEntry is an exclusion with its person, or a rule.
type ExclusionEntry struct {
	storage.ActiveExclusion
	Person       storage.Person // zero for a rule.
	FromSettings bool           // a rule from the settings, which approvers cannot remove.
}

// RulePrefix begins the value of a button for a rule.
const RulePrefix = "rule:"

// maxValue is the length of a button's value in bytes. Slack allows 2,000.
const maxValue = 1900

// Exclusions is the modal with one page of exclusions and rules. Said is the
// result of the last press and is shown above the list.
func Exclusions(all []ExclusionEntry, page int, said string) slack.ModalViewRequest {
	w := pageOf(len(all), page)
	private, _ := json.Marshal(w.page)
	blocks := []slack.Block{section("", exclusionsHead(all)+w.label(), nil)}
	if said != "" {
		blocks = append(blocks, contextText("", said))
	}
	for _, e := range all[w.from:w.to] {
		blocks = append(blocks, section("", e.who()+"\n"+e.terms(), e.removeButton()))
	}
	pages := w.buttons("", ActionExclusionsPage, strconv.Itoa)
	return modal(ViewExclusions, "Exclusions", "", string(private), append(blocks, pages...)...)
}

// ExclusionsPage returns the page that the exclusions modal shows.
func ExclusionsPage(private string) (page int) {
	if json.Unmarshal([]byte(private), &page) != nil {
		return 0
	}
	return page
}

func exclusionsHead(all []ExclusionEntry) string {
	var people, rules, settings int
	for _, e := range all {
		switch {
		case e.FromSettings:
			settings++
		case e.Rule != "":
			rules++
		default:
			people++
		}
	}
	if len(all) == 0 {
		return "*No one is excluded.* Press Exclude in a report, or type `/inactive exclude ada@example.com`."
	}
	return fmt.Sprintf("*Excluded: %s* · %s by approvers · %s by setting", People(people), countOf(rules, "rule"), countOf(settings, "rule"))
}

// countOf returns a number of things in words.
func countOf(n int, thing string) string { return number(n) + " " + plural(n, thing, thing+"s") }

func (e ExclusionEntry) who() string {
	if e.Rule != "" {
		return "the rule " + Code(e.Rule)
	}
	return PersonLabel(e.Person)
}

// terms says who excluded, since and until when, and why.
func (e ExclusionEntry) terms() string {
	if e.FromSettings {
		return "set by INACTIVEBOT_EXCLUDE; to remove it, change the setting and restart the bot"
	}
	s := "by " + Mention(e.By) + " since " + Date(e.Since)
	if s += untilText(e.Until); e.Until.IsZero() {
		s += ", no end date"
	}
	if reason := escapeShort(e.Reason, 5*maxName); reason != "" {
		s += ": " + reason
	}
	return s
}

func (e ExclusionEntry) removeButton() *slack.ButtonBlockElement {
	value, spoken := e.AccountID, plainName(e.Person)
	if e.Rule != "" {
		value, spoken = RulePrefix+e.Rule, "the rule "+e.Rule
	}
	if e.FromSettings || len(value) > maxValue {
		return nil
	}
	return withLabel(button(ActionRemoveExclusion, value, "Remove"), "Remove the exclusion of "+spoken)
}

// Reminder is the note about exclusions that end soon or, for [storage.NoteOldExclusions],
// are over a year old. It is empty if there are none.
func Reminder(kind storage.NoteKind, all []ExclusionEntry) Message {
	if len(all) == 0 {
		return Message{}
	}
	intro, each := "These exclusions end within a week. After that the people can be listed again. `/inactive exclude` extends an exclusion.", ExclusionEntry.endingLine
	if kind == storage.NoteOldExclusions {
		intro, each = "These exclusions are over a year old. Remove those no longer needed with `/inactive exclusions`.", ExclusionEntry.oldLine
	}
	text := intro
	for _, e := range all[:min(len(all), maxReminded)] {
		text += "\n• " + each(e)
	}
	if more := len(all) - maxReminded; more > 0 {
		text += "\nand " + number(more) + " more: type `/inactive exclusions`"
	}
	return Message{Text: text, Blocks: []slack.Block{section("", text, nil)}}
}

// maxReminded is the number of exclusions in a reminder, limited by the length of
// a section.
const maxReminded = 12

func (e ExclusionEntry) endingLine() string {
	return e.who() + untilText(e.Until) + ", by " + Mention(e.By)
}

func (e ExclusionEntry) oldLine() string {
	return e.who() + " since " + Date(e.Since) + ", by " + Mention(e.By)
}
