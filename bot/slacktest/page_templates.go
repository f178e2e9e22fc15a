package slacktest

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"slices"
	"strings"
	"time"
)

func (p *page) templates() *template.Template {
	t := template.New("")
	t.Funcs(template.FuncMap{
		"mrkdwn":        p.mrkdwn,
		"markdown":      markdown,
		"notice":        func(text string) string { return textContent(p.mrkdwn(text)) },
		"name":          p.ws.nameOf,
		"people":        p.selectableUsers,
		"conversations": p.selectableChannels,
		"clock":         messageTime,
		"emoji":         drawEmoji,
		"glyphs":        emojiToGlyph.Replace,
		"chart":         drawChart,
		"bytes":         formatSize,
		"json":          func(value any) string { return string(encode(value)) },
		"draw": func(prefix string, o any) (template.HTML, error) {
			return draw(t, prefix, o)
		},
	})
	return template.Must(t.ParseFS(pageFiles, "page/*.html"))
}

// draw renders a block, element or cell with the template of its type. A type without a template is shown by its name.
func draw(t *template.Template, prefix string, value any) (template.HTML, error) {
	o, _ := value.(object)
	one := t.Lookup(prefix + "-" + str(o, "type"))
	if one == nil {
		return template.HTML(template.HTMLEscapeString("[" + str(o, "type") + "]")), nil
	}
	var b bytes.Buffer
	err := one.Execute(&b, o)
	return template.HTML(b.String()), err
}

// messageTime renders the time of a ts; the page's script shows it in local time.
func messageTime(ts string) template.HTML {
	var seconds int64
	if _, err := fmt.Sscanf(ts, "%d.", &seconds); err != nil {
		return ""
	}
	at := time.Unix(seconds, 0).UTC()
	return template.HTML(dateReference(fmt.Sprintf("!date^%d^{time}", seconds), at.Format("15:04")))
}

// textContent returns the text without markup, for screen readers.
func textContent(markup template.HTML) string {
	var b strings.Builder
	inTag := false
	for _, r := range strings.ReplaceAll(string(markup), "<br>", " ") {
		switch {
		case r == '<':
			inTag = true
		case r == '>' && inTag:
			inTag = false
		case !inTag:
			b.WriteRune(r)
		}
	}
	return html.UnescapeString(b.String())
}

// selectableUsers returns the users that a users_select offers.
func (p *page) selectableUsers() []User {
	var all []User
	for _, u := range p.ws.listUsers() {
		if !u.IsBot && !u.Deleted && u.TeamID == teamID {
			all = append(all, u)
		}
	}
	return all
}

// selectableChannels returns the channels that a select offers.
func (p *page) selectableChannels() []Channel {
	return slices.DeleteFunc(p.ws.listChannels(), func(c Channel) bool { return c.IsIM || c.Archived })
}

// formatSize formats a number of bytes.
func formatSize(n any) string {
	size := 0.0
	if _, err := fmt.Sscan(fmt.Sprint(n), &size); err != nil {
		return ""
	}
	switch {
	case size < 1000:
		return fmt.Sprintf("%.0f bytes", size)
	case size < 1e6:
		return fmt.Sprintf("%.1f kB", size/1000)
	}
	return fmt.Sprintf("%.1f MB", size/1e6)
}
