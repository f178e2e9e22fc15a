package slacktest

import (
	"html"
	"html/template"
	"strings"
)

// emojis have built-in drawings, so that the page does not depend on fonts. Other names stay as text between colons.
var emojis = []struct {
	name  string
	glyph string // Used in menus, which can only show text.
	art   string // SVG content with a viewBox of 20 by 20.
}{
	{"white_check_mark", "✅", `<rect x="1" y="1" width="18" height="18" rx="4" fill="#2f9e5f"/><path d="M5 10.5 8.5 14 15 6.5" fill="none" stroke="#fff" stroke-width="2.4"/>`},
	{"no_entry", "⛔", `<circle cx="10" cy="10" r="9" fill="#d3264f"/><rect x="4.5" y="8.4" width="11" height="3.2" rx=".8" fill="#fff"/>`},
	{"warning", "⚠️", `<path d="M10 1.5 19.2 18H.8z" fill="#f2b824" stroke="#f2b824" stroke-linejoin="round"/><path d="M10 7v5.2" stroke="#3b2a00" stroke-width="2"/><circle cx="10" cy="15" r="1.2" fill="#3b2a00"/>`},
	{"hourglass_flowing_sand", "⏳", `<path d="M4 1.8h12M4 18.2h12" stroke="#9a6b3f" stroke-width="2.4"/><path d="M5.5 3v3.2L9 10l-3.5 3.8V17h9v-3.2L11 10l3.5-3.8V3z" fill="#cfe6f5"/><path d="M7 6h6l-3 3.2zM6.3 17l3.7-4 3.7 4z" fill="#e0a02c"/>`},
	{"leftwards_arrow_with_hook", "↩️", `<rect x="1" y="1" width="18" height="18" rx="4" fill="#3b7fc4"/><path d="M5 8.5h7a3 3 0 0 1 0 6H9M8 5 4.7 8.5 8 12" fill="none" stroke="#fff" stroke-width="2"/>`},
	{"lock", "🔒", `<path d="M6 9V6.5a4 4 0 0 1 8 0V9" fill="none" stroke="#8d949b" stroke-width="2.2"/><rect x="3.5" y="8.5" width="13" height="10" rx="2" fill="#e8a93a"/><path d="M10 12v3" stroke="#5c3d00" stroke-width="2"/>`},
	{"grey_question", "❔", `<circle cx="10" cy="10" r="9" fill="#8d949b"/><path d="M7.2 7.8a2.8 2.8 0 1 1 4.3 2.3c-1 .6-1.5 1-1.5 2" fill="none" stroke="#fff" stroke-width="2"/><circle cx="10" cy="15" r="1.2" fill="#fff"/>`},
	{"x", "❌", `<path d="M3.5 3.5l13 13M16.5 3.5l-13 13" stroke="#d3264f" stroke-width="3.4"/>`},
	{"eyes", "👀", `<ellipse cx="5.8" cy="10" rx="4.3" ry="6" fill="#fff" stroke="#555"/><ellipse cx="14.2" cy="10" rx="4.3" ry="6" fill="#fff" stroke="#555"/><circle cx="4.6" cy="11.5" r="2" fill="#333"/><circle cx="13" cy="11.5" r="2" fill="#333"/>`},
	{"tada", "🎉", `<path d="M2 18 7 6l7 7z" fill="#e8a93a"/><path d="M10 5c0-2 2-3 3-3M15 10c2 0 3-2 3-3M12 8l4-4" fill="none" stroke="#d3264f" stroke-width="1.8"/><circle cx="16" cy="13" r="1.2" fill="#3b7fc4"/><circle cx="8" cy="2.5" r="1.2" fill="#2f9e5f"/>`},
	{"wave", "👋", `<path d="M6 12 3.6 8a1.2 1.2 0 0 1 2-1.3L8 10 5.6 5.4a1.2 1.2 0 0 1 2.1-1.2l2.6 4.5-1.5-4a1.2 1.2 0 0 1 2.2-.9l2 4.6-.2-3a1.2 1.2 0 0 1 2.4 0c.5 3 1.8 7-.5 10-2 2.6-6.5 2-8.7-3.4z" fill="#f2c14e"/>`},
}

// emojiToSVG replaces emoji names by drawings in escaped HTML, emojiToGlyph by characters in plain text.
var emojiToSVG, emojiToGlyph = newEmojiReplacers()

func newEmojiReplacers() (drawn, typed *strings.Replacer) {
	var markup, glyphs []string
	for _, e := range emojis {
		words := strings.ReplaceAll(e.name, "_", " ")
		markup = append(markup, ":"+e.name+":", `<svg class="emoji" viewBox="0 0 20 20" role="img" aria-label="`+words+`"><title>`+words+`</title>`+e.art+`</svg>`)
		glyphs = append(glyphs, ":"+e.name+":", e.glyph)
	}
	return strings.NewReplacer(markup...), strings.NewReplacer(glyphs...)
}

// drawEmoji returns plain text as HTML with its emoji drawn.
func drawEmoji(text string) template.HTML {
	return template.HTML(emojiToSVG.Replace(html.EscapeString(text)))
}
