package blocks

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is the length at which a name, an email or a rule is cut, in code points
// after escaping, because a message lists up to [maxRows] people.
const maxName = 60

// Escape returns untrusted text for use in mrkdwn. The result contains no mention,
// no link, no hidden text and no change of the writing direction. Slack has no
// escape for formatting characters, so those that could format are replaced by
// characters that look alike. Inside a word, as in most emails, they are kept, so
// that text copied from Slack is correct.
func Escape(s string) string {
	runes := []rune(cleanSpaces(s))
	var b strings.Builder
	for i := range runes {
		b.WriteString(escapeRune(runes, i))
	}
	return b.String()
}

// cleanSpaces removes control characters and those that change the writing
// direction, and replaces each run of white space by one space.
func cleanSpaces(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// escapeRune returns one character of a text, escaped for mrkdwn.
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
			return "∶" // otherwise an emoji could begin here.
		}
	case '*', '_', '~':
		if !isWordChar(text, i-1) || !isWordChar(text, i+1) {
			return map[rune]string{'*': "∗", '_': "＿", '~': "∼"}[text[i]]
		}
	}
	return string(text[i])
}

// isWordChar reports whether the character at i is a letter or a digit.
func isWordChar(text []rune, i int) bool {
	return i >= 0 && i < len(text) && (unicode.IsLetter(text[i]) || unicode.IsDigit(text[i]))
}

// escapeShort returns untrusted text, escaped, in at most n code points.
func escapeShort(s string, n int) string {
	return truncateEscaped([]rune(cleanSpaces(s)), n, escapeRune)
}

// Code returns untrusted text between backticks, where Slack formats nothing, so
// that it can be copied unchanged.
func Code(s string) string {
	return "`" + truncateEscaped([]rune(cleanSpaces(s)), maxName, codeRune) + "`"
}

// codeRune returns one character of a text, escaped for use between backticks.
func codeRune(text []rune, i int) string {
	if r := text[i]; !strings.ContainsRune("&<>`", r) {
		return string(r)
	}
	return escapeRune(text, i)
}

// truncateEscaped returns the text with each character escaped, in at most n code
// points. It does not cut an escape sequence.
func truncateEscaped(text []rune, n int, escape func([]rune, int) string) string {
	var fits, whole strings.Builder
	used := 0
	for i := range text {
		next := escape(text, i)
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

// truncate cuts s to at most n code points, with an ellipsis at the end.
func truncate(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
