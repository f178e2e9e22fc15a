package blocks

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// Standing is an exclusion or a rule with the person it is about.
type Standing struct {
	storage.Standing
	Person  storage.Person // zero for a rule.
	Setting bool           // a rule of the settings, which no approver can remove.
}

// RulePrefix marks the value of a button that is about a rule.
const RulePrefix = "rule:"

// maxValue is how long a button's value may be, in bytes, of Slack's 2,000.
const maxValue = 1900

// Exclusions is one page of everybody and every rule excluded, to look at and to
// remove. What has been said before stands above the list.
func Exclusions(all []Standing, page int, said string) slack.ModalViewRequest {
	w := pageOf(len(all), page)
	private, _ := json.Marshal(w.page)
	blocks := []slack.Block{section("", exclusionsHead(all)+w.label(), nil)}
	if said != "" {
		blocks = append(blocks, contextText("", said))
	}
	for _, e := range all[w.from:w.to] {
		blocks = append(blocks, section("", e.who()+"\n"+e.terms(), e.removeButton()))
	}
	turns := w.buttons("", ActionExclusionsPage, strconv.Itoa)
	return modal(ViewExclusions, "Exclusions", "", string(private), append(blocks, turns...)...)
}

// ExclusionsPage is the page that an exclusions modal shows.
func ExclusionsPage(private string) (page int) {
	if json.Unmarshal([]byte(private), &page) != nil {
		return 0
	}
	return page
}

func exclusionsHead(all []Standing) string {
	var people, rules, settings int
	for _, e := range all {
		switch {
		case e.Setting:
			settings++
		case e.Rule != "":
			rules++
		default:
			people++
		}
	}
	if len(all) == 0 {
		return "*Nobody is excluded.* Press Exclude in a report, or type `/inactive exclude ada@example.com`."
	}
	return fmt.Sprintf("*Excluded: %s* · %s by approvers · %s by setting", People(people), countOf(rules, "rule"), countOf(settings, "rule"))
}

// countOf is a number of things in words.
func countOf(n int, thing string) string { return number(n) + " " + plural(n, thing, thing+"s") }

func (e Standing) who() string {
	if e.Rule != "" {
		return "the rule " + Code(e.Rule)
	}
	return Who(e.Person)
}

// terms are by whom, since and until when, and why.
func (e Standing) terms() string {
	if e.Setting {
		return "by the setting INACTIVEBOT_EXCLUDE; remove it there and restart the bot"
	}
	s := "by " + Mention(e.By) + " since " + Day(e.Since)
	if s += untilText(e.Until); e.Until.IsZero() {
		s += ", without an end"
	}
	if reason := escapeShort(e.Reason, 5*maxName); reason != "" {
		s += ": " + reason
	}
	return s
}

func (e Standing) removeButton() *slack.ButtonBlockElement {
	value, spokenOf := e.AccountID, plainName(e.Person)
	if e.Rule != "" {
		value, spokenOf = RulePrefix+e.Rule, "the rule "+e.Rule
	}
	if e.Setting || len(value) > maxValue {
		return nil
	}
	return withLabel(button(ActionRemoveExclusion, value, "Remove"), "Remove the exclusion of "+spokenOf)
}

// Reminder names exclusions in a report's thread: those that end soon, or else
// those that stand for over a year. It is empty where there are none.
func Reminder(kind storage.NoteKind, all []Standing) Message {
	if len(all) == 0 {
		return Message{}
	}
	lead, each := "These exclusions end within a week. Whoever it is can be listed after that: `/inactive exclude` prolongs one.", Standing.endingLine
	if kind == storage.NoteOld {
		lead, each = "These exclusions stand for over a year. Are they still wanted? `/inactive exclusions` removes what is not.", Standing.oldLine
	}
	text := lead
	for _, e := range all[:min(len(all), maxReminded)] {
		text += "\n• " + each(e)
	}
	if more := len(all) - maxReminded; more > 0 {
		text += "\nand " + number(more) + " more: see `/inactive exclusions`"
	}
	return Message{Text: text, Blocks: []slack.Block{section("", text, nil)}}
}

// maxReminded is how many exclusions a reminder names: as many as a section holds.
const maxReminded = 12

func (e Standing) endingLine() string {
	return e.who() + untilText(e.Until) + ", by " + Mention(e.By)
}

func (e Standing) oldLine() string {
	return e.who() + " since " + Day(e.Since) + ", by " + Mention(e.By)
}
