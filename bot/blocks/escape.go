package blocks

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is how much of a name, an email or a rule is shown, in code points as
// they are sent: a message holds up to [maxRows] people.
const maxName = 60

// Escape makes text from outside harmless in mrkdwn: nothing in it is a mention
// or a link, hides what follows or turns the writing direction. Slack has no
// escape for formatting characters; where they could format they become
// characters that look like them. Inside a word, as in most emails, they stay,
// so that what is copied from Slack is still right.
func Escape(s string) string {
	runes := []rune(cleanSpaces(s))
	var b strings.Builder
	for i := range runes {
		b.WriteString(escapeRune(runes, i))
	}
	return b.String()
}

// cleanSpaces drops control characters and those that turn the writing direction, and
// makes one space of each run of them.
func cleanSpaces(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// escapeRune is one character of a text as it is sent.
func escapeRune(text []rune, i int) string {
	switch text[i] {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '`':
		return "ˋ"
	case ':':
		if !isWordChar(text, i-1) && isWordChar(text, i+1) {
			return "∶" // an emoji would begin here.
		}
	case '*', '_', '~':
		if !isWordChar(text, i-1) || !isWordChar(text, i+1) {
			return map[rune]string{'*': "∗", '_': "＿", '~': "∼"}[text[i]]
		}
	}
	return string(text[i])
}

// isWordChar reports whether a letter or digit stands at i.
func isWordChar(text []rune, i int) bool {
	return i >= 0 && i < len(text) && (unicode.IsLetter(text[i]) || unicode.IsDigit(text[i]))
}

// escapeShort is text from outside, escaped, in at most n code points.
func escapeShort(s string, n int) string {
	return truncateEscaped([]rune(cleanSpaces(s)), n, escapeRune)
}

// Code is text from outside that may be copied, such as a rule: as it is,
// because nothing is formatted in it.
func Code(s string) string { return "`" + truncateEscaped([]rune(cleanSpaces(s)), maxName, codeRune) + "`" }

// codeRune is one character of a text as it is sent between backticks.
func codeRune(text []rune, i int) string {
	if r := text[i]; !strings.ContainsRune("&<>`", r) {
		return string(r)
	}
	return escapeRune(text, i)
}

// truncateEscaped is a text, each character as it is sent, in at most n code points.
func truncateEscaped(text []rune, n int, sent func([]rune, int) string) string {
	var fits, whole strings.Builder
	used := 0
	for i := range text {
		next := sent(text, i)
		whole.WriteString(next)
		if used += utf8.RuneCountInString(next); used > n {
			return fits.String() + "…"
		}
		if used < n {
			fits.WriteString(next)
		}
	}
	return whole.String()
}

// truncate shortens s to at most n code points, the last of them an ellipsis.
func truncate(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
