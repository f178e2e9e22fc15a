package slacktest

// richTextBlock judges one part of a rich_text block:
// https://docs.slack.dev/reference/block-kit/blocks/rich-text-block.
var richTextBlock = byType(map[string]shape{
	"rich_text_section":      {"elements": must(richTextInline)},
	"rich_text_preformatted": {"elements": must(richTextInline), "border": may(integer(0, 1)), "language": may(text(0, 50))},
	"rich_text_quote":        {"elements": must(richTextInline), "border": may(integer(0, 1))},
	"rich_text_list": {
		"style": must(oneOf("bullet", "ordered")), "indent": may(integer(0, 8)), "offset": may(integer(0, 10_000)), "border": may(integer(0, 1)),
		"elements": must(list(1, 500, byType(map[string]shape{"rich_text_section": {"elements": must(richTextInline)}}))),
	},
})

// richTextInline judges the words of a rich text.
var richTextInline = list(0, 1000, byType(map[string]shape{
	"text":      {"text": must(text(1, 3000)), "style": may(richTextStyle)},
	"link":      {"url": must(webAddress), "text": may(text(0, 3000)), "unsafe": may(boolean), "style": may(richTextStyle)},
	"user":      {"user_id": must(text(1, 255)), "style": may(richTextStyle)},
	"usergroup": {"usergroup_id": must(text(1, 255)), "style": may(richTextStyle)},
	"channel":   {"channel_id": must(text(1, 255)), "style": may(richTextStyle)},
	"emoji":     {"name": must(text(1, 100)), "unicode": may(text(1, 100)), "skin_tone": may(integer(1, 6)), "style": may(richTextStyle)},
	"broadcast": {"range": must(oneOf("here", "channel", "everyone")), "style": may(richTextStyle)},
	"color":     {"value": must(text(1, 20)), "style": may(richTextStyle)},
	"date": {
		"timestamp": must(integer(0, 1<<40)), "format": must(text(1, 200)), "url": may(webAddress), "fallback": may(text(0, 200)), "style": may(richTextStyle),
	},
}))

var richTextStyle = shape{
	"bold": may(boolean), "italic": may(boolean), "strike": may(boolean), "code": may(boolean), "underline": may(boolean),
	"highlight": may(boolean), "client_highlight": may(boolean), "unlink": may(boolean),
}.check
