package slacktest

import (
	"regexp"
	"unicode/utf8"
)

// textTypes are the two text objects: https://docs.slack.dev/reference/block-kit/composition-objects/text-object.
func textTypes(most int) map[string]shape {
	return map[string]shape{
		"plain_text": {"text": must(text(1, most)), "emoji": may(boolean)},
		"mrkdwn":     {"text": must(text(1, most)), "verbatim": may(boolean)},
	}
}

// anyText judges a text object of either type.
func anyText(most int) check { return byType(textTypes(most)) }

// plainText judges a text object that must be plain.
func plainText(most int) check {
	return byType(map[string]shape{"plain_text": textTypes(most)["plain_text"]})
}

// confirmDialog is https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object.
var confirmDialog = shape{
	"title":   must(plainText(100)),
	"text":    must(plainText(300)),
	"confirm": must(plainText(30)),
	"deny":    must(plainText(30)),
	"style":   may(oneOf("primary", "danger")),
}.check

// option judges an option, https://docs.slack.dev/reference/block-kit/composition-objects/option-object; its text is
// judged by the check given, because only checkboxes and radio buttons format theirs.
func option(label check) shape {
	return shape{"text": must(label), "value": must(text(1, 150)), "description": may(label)}
}

var (
	plainOption    = option(plainText(75)).check
	overflowOption = option(plainText(75)).with(shape{"url": may(text(1, 3000))}).check
	richOption     = option(anyText(75)).check
	optionGroup    = shape{"label": must(plainText(75)), "options": must(list(1, 100, plainOption))}.check
)

var datePattern = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)

func date(v *validation, at string, value any) {
	if s, ok := value.(string); !ok || !datePattern.MatchString(s) {
		v.add(at, "must be a date in the format YYYY-MM-DD")
	}
}

var timePattern = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)

func timeOfDay(v *validation, at string, value any) {
	if s, ok := value.(string); !ok || !timePattern.MatchString(s) {
		v.add(at, "must be a time in the format HH:mm")
	}
}

var mailPattern = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`)

func mailAddress(v *validation, at string, value any) {
	if s, ok := value.(string); !ok || !mailPattern.MatchString(s) {
		v.add(at, "must be a valid email address")
	}
}

// webAddress judges a link that Slack would open.
func webAddress(v *validation, at string, value any) {
	text(1, 3000)(v, at, value)
	if s, ok := value.(string); ok && !addressPattern.MatchString(s) {
		v.add(at, "must be a valid url")
	}
}

var addressPattern = regexp.MustCompile(`^(https?|mailto|slack):`)

// Slack's budgets for all of a message, in code points.
const (
	maxMessageText   = 13_200 // All text objects and rich text; undocumented, seen in the field.
	maxMarkdownText  = 12_000
	maxTableText     = 10_000
	maxDataTableText = 20_000
)

// textOf returns how many code points of text a value shows: the text and fallback fields, however deep.
func textOf(value any) int {
	n := 0
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			n += textOf(item)
		}
	case object:
		for name, item := range v {
			if s, ok := item.(string); ok && name == "text" {
				n += utf8.RuneCountInString(s)
				continue
			}
			n += textOf(item)
		}
	}
	return n
}
