package slacktest

// richTextBlock validates one part of a rich_text block:
// https://docs.slack.dev/reference/block-kit/blocks/rich-text-block.
var richTextBlock = byType(map[string]shape{
	"rich_text_section":      {"elements": required(richTextInline)},
	"rich_text_preformatted": {"elements": required(richTextInline), "border": optional(integer(0, 1)), "language": optional(text(0, 50))},
	"rich_text_quote":        {"elements": required(richTextInline), "border": optional(integer(0, 1))},
	"rich_text_list": {
		"style": required(oneOf("bullet", "ordered")), "indent": optional(integer(0, 8)), "offset": optional(integer(0, 10_000)), "border": optional(integer(0, 1)),
		"elements": required(list(1, 500, byType(map[string]shape{"rich_text_section": {"elements": required(richTextInline)}}))),
	},
})

// richTextInline validates the inline elements of rich text.
var richTextInline = list(0, 1000, byType(map[string]shape{
	"text":      {"text": required(text(1, 3000)), "style": optional(richTextStyle)},
	"link":      {"url": required(webAddress), "text": optional(text(0, 3000)), "unsafe": optional(boolean), "style": optional(richTextStyle)},
	"user":      {"user_id": required(text(1, 255)), "style": optional(richTextStyle)},
	"usergroup": {"usergroup_id": required(text(1, 255)), "style": optional(richTextStyle)},
	"channel":   {"channel_id": required(text(1, 255)), "style": optional(richTextStyle)},
	"emoji":     {"name": required(text(1, 100)), "unicode": optional(text(1, 100)), "skin_tone": optional(integer(1, 6)), "style": optional(richTextStyle)},
	"broadcast": {"range": required(oneOf("here", "channel", "everyone")), "style": optional(richTextStyle)},
	"color":     {"value": required(text(1, 20)), "style": optional(richTextStyle)},
	"date": {
		"timestamp": required(integer(0, 1<<40)), "format": required(text(1, 200)), "url": optional(webAddress), "fallback": optional(text(0, 200)), "style": optional(richTextStyle),
	},
}))

var richTextStyle = shape{
	"bold": optional(boolean), "italic": optional(boolean), "strike": optional(boolean), "code": optional(boolean), "underline": optional(boolean),
	"highlight": optional(boolean), "client_highlight": optional(boolean), "unlink": optional(boolean),
}.check
