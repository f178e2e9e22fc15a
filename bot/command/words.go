package command

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"inactivebot/bot/blocks"
)

// SplitQuoted splits text at spaces; quotes, straight or curly, keep a phrase
// together.
func SplitQuoted(s string) (out []string) {
	var word strings.Builder
	var quote rune
	started := false
	end := func() {
		if started {
			out = append(out, word.String())
		}
		word.Reset()
		started = false
	}
	for _, r := range s {
		switch {
		case quote != 0 && closes(quote, r):
			quote = 0
		case quote == 0 && strings.ContainsRune("\"“”", r):
			quote, started = r, true
		case quote == 0 && unicode.IsSpace(r):
			end()
		default:
			word.WriteRune(r)
			started = true
		}
	}
	end()
	return out
}

func closes(open, r rune) bool {
	if open == '"' {
		return r == '"'
	}
	return strings.ContainsRune("“”", r)
}

var (
	mention = regexp.MustCompile(`^<@([UW][A-Z0-9]+)(\|[^>]*)?>$`)
	// escaped matches the form in which Slack sends an email, a web address or a
	// mention: the target, and the typed text if it differs.
	escaped = regexp.MustCompile(`<([^<>|\s]+)(?:\|([^<>]*))?>`)
)

// Mentioned returns the Slack user id of an @mention as Slack sends it.
func Mentioned(word string) (user string, ok bool) {
	m := mention.FindStringSubmatch(word)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// Unescape returns what was typed where Slack sent a link, a mention or an
// escaped character. A domain is sent as a link, too, also inside a word:
// domain:<http://example.com|example.com>.
func Unescape(text string) string {
	text = escaped.ReplaceAllStringFunc(text, func(link string) string {
		m := escaped.FindStringSubmatch(link)
		to, typed := m[1], m[2]
		switch {
		case strings.HasPrefix(to, "mailto:"):
			return strings.TrimPrefix(to, "mailto:")
		case typed == "" && strings.Contains(to, "://"):
			return to
		case typed == "":
			return link
		case strings.ContainsAny(to[:1], "@#"):
			return to[:1] + typed
		}
		return typed
	})
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}

// splitCommas splits a word at commas and semicolons.
func splitCommas(word string) []string {
	return strings.FieldsFunc(word, func(r rune) bool { return r == ',' || r == ';' })
}

// ParseDay reads a date as YYYY-MM-DD. It returns the end of that day in UTC.
func ParseDay(word string) (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, word)
	return t.AddDate(0, 0, 1), err == nil
}

// Quoted shows what a person typed, in quotes and safe for Slack.
func Quoted(s string) string { return "“" + blocks.Escape(Unescape(s)) + "”" }
