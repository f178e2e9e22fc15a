package slacktest

import (
	"fmt"
)

const (
	maxMessageBlocks = 50
	maxViewBlocks    = 100
)

// viewBlocks are the block types allowed in messages and views: https://docs.slack.dev/reference/block-kit/blocks.
var viewBlocks = map[string]shape{
	"section": {
		"text": optional(anyText(3000)), "fields": optional(list(1, 10, anyText(2000))), "accessory": optional(element(inSection)), "expand": optional(boolean),
	},
	"context": {"elements": required(list(1, 10, contextItem))},
	"actions": {"elements": required(list(1, 25, element(inActions)))},
	"header":  {"text": required(plainText(150)), "level": optional(integer(1, 4))},
	"divider": {},
	"input": {
		"label": required(plainText(2000)), "element": required(element(inInput)), "hint": optional(plainText(2000)),
		"optional": optional(boolean), "dispatch_action": optional(boolean),
	},
	"image":     imageFields.with(shape{"title": optional(plainText(2000))}),
	"rich_text": {"elements": required(list(1, 500, richTextBlock))},
}

// messageBlocks are the block types allowed in messages.
var messageBlocks = withBlocks(viewBlocks, map[string]shape{
	"markdown":           {"text": required(text(1, maxMarkdownText))},
	"table":              tableShape,
	"data_table":         dataTableShape,
	"data_visualization": {"title": required(text(1, 50)), "chart": required(chart)},
})

// blockRules validate combinations of a block's fields.
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
			merged[name] = s.with(shape{"block_id": optional(text(0, 255))})
		}
	}
	return merged
}

// block validates a block of one of the types.
func block(types map[string]shape) check {
	validate := byType(withBlocks(types))
	return func(v *validation, at string, value any) {
		validate(v, at, value)
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

// uniqueActions validates that action_ids are unique within a block. A data table is exempt, because its buttons are in
// separate cells.
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

// uniqueBlocks validates that block_ids are unique.
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

// validateBlocks validates the blocks of a message. The error is invalid_blocks_format, invalid_blocks or
// msg_blocks_too_long.
func validateBlocks(value any) *apiError {
	if _, ok := value.([]any); !ok {
		return invalidPayload("invalid_blocks_format", value)
	}
	v := &validation{}
	all(list(0, maxMessageBlocks, block(messageBlocks)), uniqueBlocks)(v, "/blocks", value)
	checkTextLimits(v, objects(value))
	if len(v.problems) > 0 {
		return invalidPayload("invalid_blocks", value, v.problems...)
	}
	if limitedText(objects(value)) > maxMessageText {
		return invalidPayload("msg_blocks_too_long", value)
	}
	return nil
}

// checkTextLimits validates the limits on the total text of a block type.
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

// limitedText returns the text length that counts against the message's limit. Tables have their own limits.
func limitedText(blocks []object) int {
	n := 0
	for _, o := range blocks {
		if kind := str(o, "type"); kind != "table" && kind != "data_table" {
			n += textOf(o)
		}
	}
	return n
}
