package bot

import (
	"regexp"
	"strings"
	"time"
	"unicode"
)

// words splits what somebody typed at spaces; quotes, straight or curly, keep a
// phrase together.
func words(s string) (out []string) {
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
	mailto  = regexp.MustCompile(`^<mailto:([^|>]+)(\|[^>]*)?>$`)
)

// mentioned is the Slack user id of an @mention as Slack sends it.
func mentioned(word string) (user string, ok bool) {
	m := mention.FindStringSubmatch(word)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// unescape turns what Slack makes of an email or a special character back into
// what was typed.
func unescape(word string) string {
	if m := mailto.FindStringSubmatch(word); m != nil {
		word = m[1]
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(word)
}

// day reads a date as YYYY-MM-DD; the result is the end of that day, in UTC.
func day(word string) (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, word)
	return t.AddDate(0, 0, 1), err == nil
}
