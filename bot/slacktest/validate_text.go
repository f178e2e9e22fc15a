package slacktest

import (
	"regexp"
	"unicode/utf8"
)

// textTypes returns the two text objects: https://docs.slack.dev/reference/block-kit/composition-objects/text-object.
func textTypes(most int) map[string]shape {
	return map[string]shape{
		"plain_text": {"text": required(text(1, most)), "emoji": optional(boolean)},
		"mrkdwn":     {"text": required(text(1, most)), "verbatim": optional(boolean)},
	}
}

// anyText validates a text object of either type.
func anyText(most int) check { return byType(textTypes(most)) }

// plainText validates a plain_text object.
func plainText(most int) check {
	return byType(map[string]shape{"plain_text": textTypes(most)["plain_text"]})
}

// confirmDialog is https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object.
var confirmDialog = shape{
	"title":   required(plainText(100)),
	"text":    required(plainText(300)),
	"confirm": required(plainText(30)),
	"deny":    required(plainText(30)),
	"style":   optional(oneOf("primary", "danger")),
}.check

// option returns the shape of an option, https://docs.slack.dev/reference/block-kit/composition-objects/option-object.
// label validates its text, because only checkboxes and radio buttons allow mrkdwn.
func option(label check) shape {
	return shape{"text": required(label), "value": required(text(1, 150)), "description": optional(label)}
}

var (
	plainOption    = option(plainText(75)).check
	overflowOption = option(plainText(75)).with(shape{"url": optional(text(1, 3000))}).check
	richOption     = option(anyText(75)).check
	optionGroup    = shape{"label": required(plainText(75)), "options": required(list(1, 100, plainOption))}.check
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

// webAddress validates a link that Slack opens.
func webAddress(v *validation, at string, value any) {
	text(1, 3000)(v, at, value)
	if s, ok := value.(string); ok && !addressPattern.MatchString(s) {
		v.add(at, "must be a valid url")
	}
}

var addressPattern = regexp.MustCompile(`^(https?|mailto|slack):`)

// Slack's limits for a whole message, in code points.
const (
	maxMessageText   = 13_200 // All text objects and rich text; undocumented, measured.
	maxMarkdownText  = 12_000
	maxTableText     = 10_000
	maxDataTableText = 20_000
)

// textOf returns the total length of all text fields in a value, in code points.
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
