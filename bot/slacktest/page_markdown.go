package slacktest

import (
	"html"
	"html/template"
	"regexp"
	"strings"
)

// Inline styles of a markdown block, matched in text that is escaped for HTML:
// https://docs.slack.dev/reference/block-kit/blocks/markdown-block.
var markdownInline = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`\*\*([^*\n]+)\*\*`), "<strong>$1</strong>"},
	{regexp.MustCompile(`__([^_\n]+)__`), "<strong>$1</strong>"},
	{regexp.MustCompile(`(^|[\s(>])\*([^\s*][^*\n]*)\*`), "$1<em>$2</em>"},
	{regexp.MustCompile(`(^|[\s(>])_([^\s_][^_\n]*)_`), "$1<em>$2</em>"},
	{regexp.MustCompile(`~~([^~\n]+)~~`), "<s>$1</s>"},
	{regexp.MustCompile(`\[([^\]\n]+)\]\(((?:https?|mailto):[^\s)]+)\)`), `<a href="$2" target="_blank" rel="noopener noreferrer">$1</a>`},
}

var (
	markdownHead  = regexp.MustCompile(`^#{1,6} +(.+?)[ #]*$`)
	markdownItem  = regexp.MustCompile(`^\s*[-*+] +(.+)$`)
	markdownCount = regexp.MustCompile(`^\s*\d+[.)] +(.+)$`)
	markdownQuote = regexp.MustCompile(`^> ?(.*)$`)
)

// markdown renders the text of a markdown block. Everything that the app sent is escaped.
func markdown(text string) template.HTML {
	var b strings.Builder
	inside := "" // The element that is still open.
	enter := func(element string) {
		if inside == element {
			return
		}
		if inside != "" {
			b.WriteString("</" + inside + ">")
		}
		if inside = element; element != "" {
			b.WriteString("<" + element + ">")
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "```") {
			fence := "pre"
			if inside == "pre" {
				fence = ""
			}
			enter(fence)
			continue
		}
		if inside == "pre" {
			b.WriteString(html.EscapeString(line) + "\n")
			continue
		}
		element, markup := markdownLine(line)
		enter(element)
		b.WriteString(markup)
	}
	enter("")
	return template.HTML(b.String())
}

// markdownLine returns the element that contains a line, empty for none, and the line's markup.
func markdownLine(line string) (element, markup string) {
	for _, kind := range []struct {
		pattern             *regexp.Regexp
		element, from, till string
	}{
		{markdownHead, "", "<h4>", "</h4>"},
		{markdownItem, "ul", "<li>", "</li>"},
		{markdownCount, "ol", "<li>", "</li>"},
		{markdownQuote, "blockquote", "", "<br>"},
	} {
		if parts := kind.pattern.FindStringSubmatch(line); parts != nil {
			return kind.element, kind.from + markdownText(parts[1]) + kind.till
		}
	}
	switch strings.TrimSpace(line) {
	case "":
		return "", ""
	case "---", "***":
		return "", "<hr>"
	}
	return "p", markdownText(line) + " "
}

// markdownText renders the inline styles of a line; code stays unchanged.
func markdownText(text string) string {
	var parts []string
	text = inlineCode.ReplaceAllStringFunc(html.EscapeString(stripPlaceholders.Replace(text)), func(b string) string {
		parts = append(parts, "<code>"+inlineCode.FindStringSubmatch(b)[1]+"</code>")
		return placeholder(len(parts) - 1)
	})
	for _, style := range markdownInline {
		text = style.pattern.ReplaceAllString(text, style.with)
	}
	return restoreParts(emojiToSVG.Replace(text), parts)
}
