package slacktest

import (
	"fmt"
	"html"
	"html/template"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Patterns of mrkdwn: https://docs.slack.dev/messaging/formatting-message-text. They match text that is escaped for
// HTML and has its angle-bracket references replaced by placeholders.
var (
	angleBrackets      = regexp.MustCompile(`<([^<>\n]+)>`)
	placeholderPattern = regexp.MustCompile("\ue000(\\d+)\ue001")
	codeBlock          = regexp.MustCompile("(?s)```\n?(.+?)```")
	inlineCode         = regexp.MustCompile("`([^`\n]+)`")
	quoteLine          = regexp.MustCompile(`(?m)^&gt; ?(.*)$`)
	styles             = []struct {
		pattern *regexp.Regexp
		with    string
	}{
		{regexp.MustCompile(`(^|[\s(>])\*([^\s*](?:[^*\n]*[^\s*])?)\*`), "$1<strong>$2</strong>"},
		{regexp.MustCompile(`(^|[\s(>])_([^\s_](?:[^_\n]*[^\s_])?)_`), "$1<em>$2</em>"},
		{regexp.MustCompile(`(^|[\s(>])~([^\s~](?:[^~\n]*[^\s~])?)~`), "$1<s>$2</s>"},
	}
	// trimBreaks removes line breaks next to block elements.
	trimBreaks        = strings.NewReplacer("<br><pre>", "<pre>", "</pre><br>", "</pre>", "</q><br>", "</q>")
	unescaper         = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	stripPlaceholders = strings.NewReplacer("\ue000", "", "\ue001", "")
)

// mrkdwn renders a text. Everything that the app sent is escaped.
func (p *page) mrkdwn(text string) template.HTML {
	var parts []string
	keep := func(markup string) string {
		parts = append(parts, markup)
		return placeholder(len(parts) - 1)
	}
	text = angleBrackets.ReplaceAllStringFunc(stripPlaceholders.Replace(text), func(b string) string {
		return keep(p.reference(b[1 : len(b)-1]))
	})
	text = html.EscapeString(unescaper.Replace(text))
	text = codeBlock.ReplaceAllStringFunc(text, func(b string) string {
		return keep("<pre>" + codeBlock.FindStringSubmatch(b)[1] + "</pre>")
	})
	text = inlineCode.ReplaceAllStringFunc(text, func(b string) string {
		return keep("<code>" + inlineCode.FindStringSubmatch(b)[1] + "</code>")
	})
	for _, style := range styles {
		text = style.pattern.ReplaceAllString(text, style.with)
	}
	text = emojiToSVG.Replace(text)
	text = quoteLine.ReplaceAllString(text, "<q>$1</q>")
	text = strings.ReplaceAll(text, "\n", "<br>")
	return template.HTML(trimBreaks.Replace(restoreParts(text, parts)))
}

// placeholder returns the marker for a saved part.
func placeholder(part int) string { return fmt.Sprintf("\ue000%d\ue001", part) }

// restoreParts replaces the markers by the saved parts; a part may contain earlier ones.
func restoreParts(text string, parts []string) string {
	for placeholderPattern.MatchString(text) {
		text = placeholderPattern.ReplaceAllStringFunc(text, func(mark string) string {
			i, err := strconv.Atoi(placeholderPattern.FindStringSubmatch(mark)[1])
			if err != nil || i >= len(parts) {
				return ""
			}
			return parts[i]
		})
	}
	return text
}

// reference renders the content of angle brackets: a mention, a date or a link.
func (p *page) reference(inside string) string {
	target, label, labelled := strings.Cut(inside, "|")
	switch {
	case strings.HasPrefix(target, "@"):
		return mention("@" + p.ws.nameOf(target[1:]))
	case strings.HasPrefix(target, "#"):
		return mention("#" + p.ws.nameOf(target[1:]))
	case strings.HasPrefix(target, "!subteam^"):
		return mention("@" + p.ws.nameOf(strings.TrimPrefix(target, "!subteam^")))
	case strings.HasPrefix(target, "!date^"):
		return dateReference(target, label)
	case strings.HasPrefix(target, "!"):
		return mention("@" + target[1:])
	}
	if !labelled {
		label = target
	}
	return link(unescaper.Replace(target), unescaper.Replace(label))
}

func mention(name string) string {
	return `<span class="mention">` + html.EscapeString(name) + `</span>`
}

func link(address, label string) string {
	if !addressPattern.MatchString(address) {
		return html.EscapeString(label)
	}
	return `<a href="` + html.EscapeString(address) + `" target="_blank" rel="noopener noreferrer">` + html.EscapeString(label) + `</a>`
}

// dateReference renders a time that the page's script shows in the reader's time zone. Without a script the fallback is
// shown.
func dateReference(target, fallback string) string {
	parts := strings.Split(target, "^")
	unix, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || len(parts) < 3 {
		return html.EscapeString(unescaper.Replace(fallback))
	}
	at := time.Unix(unix, 0).UTC().Format(time.RFC3339)
	return fmt.Sprintf(`<time datetime="%s" data-format="%s">%s</time>`, at, html.EscapeString(parts[2]), html.EscapeString(unescaper.Replace(fallback)))
}
