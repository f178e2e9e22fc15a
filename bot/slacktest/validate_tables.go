package slacktest

import (
	"fmt"
)

// cellTypes are the cells that both kinds of table allow.
var cellTypes = map[string]shape{
	"raw_text":   {"text": required(text(1, 3000))},
	"raw_number": {"value": required(number), "text": optional(text(0, 3000))},
	"rich_text":  {"elements": required(list(1, 100, richTextBlock))},
}

// tableShape is https://docs.slack.dev/reference/block-kit/blocks/table-block.
var tableShape = shape{
	"rows": required(list(1, 100, list(1, 20, byType(cellTypes)))),
	"column_settings": optional(list(0, 20, shape{
		"align": optional(oneOf("left", "center", "right")), "is_wrapped": optional(boolean),
	}.check)),
}

// dataTableShape is https://docs.slack.dev/reference/block-kit/blocks/data-table-block.
var dataTableShape = shape{
	"caption":                 required(text(1, 3000)),
	"rows":                    required(list(2, 201, list(1, 20, dataCell))),
	"page_size":               optional(integer(1, 100)),
	"row_header_column_index": optional(integer(0, 19)),
}

var dataCell = byType(map[string]shape{
	"raw_text": cellTypes["raw_text"], "raw_number": cellTypes["raw_number"], "rich_text": cellTypes["rich_text"],
	"action_cell": {
		"element": required(byType(map[string]shape{"button": elementTypes["button"].fields()})),
		"fallback": optional(byType(map[string]shape{
			"raw_text": cellTypes["raw_text"], "raw_number": cellTypes["raw_number"],
		})),
	},
})

// equalRowLengths validates that all rows have the same number of cells.
var equalRowLengths = objectRule(func(v *validation, at string, o object) {
	rows, _ := o["rows"].([]any)
	columns := -1
	for i, row := range rows {
		cells, _ := row.([]any)
		if columns < 0 {
			columns = len(cells)
		}
		if len(cells) != columns {
			v.add(fmt.Sprintf("%s/rows/%d", at, i), "all rows must have %d cells", columns)
		}
	}
})

// dataTableHeader validates the first row of a data table, which must be plain text, and the index of the row header
// column.
var dataTableHeader = objectRule(func(v *validation, at string, o object) {
	rows, _ := o["rows"].([]any)
	if len(rows) == 0 {
		return
	}
	header := objects(rows[0])
	for i, cell := range header {
		if str(cell, "type") != "raw_text" {
			v.add(fmt.Sprintf("%s/rows/0/%d", at, i), "header cells must be raw_text")
		}
	}
	if o["row_header_column_index"] != nil {
		integer(0, int64(len(header)-1))(v, at+"/row_header_column_index", o["row_header_column_index"])
	}
})
