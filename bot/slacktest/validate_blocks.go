package slacktest

import (
	"fmt"
)

const (
	maxMessageBlocks = 50
	maxViewBlocks    = 100
)

// viewBlocks are the blocks of messages and views alike, by type: https://docs.slack.dev/reference/block-kit/blocks.
var viewBlocks = map[string]shape{
	"section": {
		"text": may(anyText(3000)), "fields": may(list(1, 10, anyText(2000))), "accessory": may(element(inSection)), "expand": may(boolean),
	},
	"context": {"elements": must(list(1, 10, contextItem))},
	"actions": {"elements": must(list(1, 25, element(inActions)))},
	"header":  {"text": must(plainText(150)), "level": may(integer(1, 4))},
	"divider": {},
	"input": {
		"label": must(plainText(2000)), "element": must(element(inInput)), "hint": may(plainText(2000)),
		"optional": may(boolean), "dispatch_action": may(boolean),
	},
	"image":     imageFields.with(shape{"title": may(plainText(2000))}),
	"rich_text": {"elements": must(list(1, 500, richTextBlock))},
}

// messageBlocks are the blocks of messages.
var messageBlocks = withBlocks(viewBlocks, map[string]shape{
	"markdown":           {"text": must(text(1, maxMarkdownText))},
	"table":              tableShape,
	"data_table":         dataTableShape,
	"data_visualization": {"title": must(text(1, 50)), "chart": must(chart)},
})

// blockRules judge what a block's fields mean together.
var blockRules = map[string]check{
	"section":    sectionHasContent,
	"image":      exactlyOne("image_url", "slack_file"),
	"table":      equalRowLengths,
	"data_table": all(equalRowLengths, dataTableHeader),
}

func withBlocks(groups ...map[string]shape) map[string]shape {
	merged := map[string]shape{}
	for _, group := range groups {
		for name, s := range group {
			merged[name] = s.with(shape{"block_id": may(text(0, 255))})
		}
	}
	return merged
}

// block judges one block of the types given.
func block(types map[string]shape) check {
	judge := byType(withBlocks(types))
	return func(v *validation, at string, value any) {
		judge(v, at, value)
		o, _ := value.(object)
		if rule := blockRules[str(o, "type")]; rule != nil {
			rule(v, at, value)
		}
		if str(o, "type") != "data_table" {
			uniqueActions(v, at, o)
		}
	}
}

var sectionHasContent = objectRule(func(v *validation, at string, o object) {
	if o["text"] == nil && o["fields"] == nil {
		v.add(at, "missing required field: text or fields")
	}
})

// uniqueActions judges that no two elements of a block have the same action_id. The buttons of a data table may: each
// stands in a cell of its own.
func uniqueActions(v *validation, at string, o object) {
	seen := map[string]bool{}
	for i, e := range elementsOf(o) {
		id := str(e, "action_id")
		if id != "" && seen[id] {
			v.add(fmt.Sprintf("%s/elements/%d/action_id", at, i), "action_id already exists: %s", id)
		}
		seen[id] = true
	}
}

// uniqueBlocks judges that no two blocks have the same block_id.
func uniqueBlocks(v *validation, at string, value any) {
	seen := map[string]bool{}
	for i, o := range objects(value) {
		id := str(o, "block_id")
		if id != "" && seen[id] {
			v.add(fmt.Sprintf("%s/%d/block_id", at, i), "block_id already exists: %s", id)
		}
		seen[id] = true
	}
}

// validateBlocks judges the blocks of a message. The error is invalid_blocks_format, invalid_blocks or
// msg_blocks_too_long.
func validateBlocks(value any) *apiError {
	if _, ok := value.([]any); !ok {
		return refused("invalid_blocks_format", value)
	}
	v := &validation{}
	all(list(0, maxMessageBlocks, block(messageBlocks)), uniqueBlocks)(v, "/blocks", value)
	checkTextLimits(v, objects(value))
	if len(v.problems) > 0 {
		return refused("invalid_blocks", value, v.problems...)
	}
	if limitedText(objects(value)) > maxMessageText {
		return refused("msg_blocks_too_long", value)
	}
	return nil
}

// checkTextLimits judges the texts that have a limit over all of a message.
func checkTextLimits(v *validation, blocks []object) {
	spent := map[string]int{}
	for _, o := range blocks {
		spent[str(o, "type")] += textOf(o)
	}
	for _, limit := range []struct {
		block string
		most  int
	}{{"markdown", maxMarkdownText}, {"table", maxTableText}, {"data_table", maxDataTableText}} {
		if spent[limit.block] > limit.most {
			v.add("/blocks", "all %s blocks together must be less than %d characters", limit.block, limit.most+1)
		}
	}
}

// limitedText is the text that counts against the message's budget. Tables have budgets of their own.
func limitedText(blocks []object) int {
	n := 0
	for _, o := range blocks {
		if kind := str(o, "type"); kind != "table" && kind != "data_table" {
			n += textOf(o)
		}
	}
	return n
}
