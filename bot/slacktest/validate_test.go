package slacktest_test

import (
	"fmt"
	"strings"
	"testing"

	"inactivebot/bot/slacktest"
)

func textObject(kind string, length int) string {
	return fmt.Sprintf(`{"type":%q,"text":%q}`, kind, strings.Repeat("é", length))
}

func repeat(item string, n int) string {
	return strings.TrimSuffix(strings.Repeat(item+",", n), ",")
}

const (
	button = `{"type":"button","text":{"type":"plain_text","text":"Go"}}`
	option = `{"text":{"type":"plain_text","text":"a"},"value":"a"}`
	cell   = `{"type":"raw_text","text":"x"}`
)

// dataTable returns a data table with a header and the given rows.
func dataTable(rows string) string {
	return `{"type":"data_table","caption":"People","rows":[[` + cell + `],` + rows + `]}`
}

func chart(data string) string {
	return `{"type":"data_visualization","title":"t","chart":{"type":"bar","axis_config":{"categories":["a","b"]},"series":[{"name":"n","data":[` + data + `]}]}}`
}

func TestBlocksAccepted(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	for _, tt := range []struct{ name, blocks string }{
		{"section at its limit", `{"type":"section","text":` + textObject("mrkdwn", 3000) + `}`},
		{"fields", `{"type":"section","fields":[` + repeat(textObject("plain_text", 1), 10) + `]}`},
		{"header", `{"type":"header","text":` + textObject("plain_text", 150) + `}`},
		{"divider", `{"type":"divider"}`},
		{"actions", `{"type":"actions","elements":[` + repeat(button, 25) + `]}`},
		{"overflow", `{"type":"section","text":` + textObject("mrkdwn", 1) + `,"accessory":{"type":"overflow","options":[` + option + `]}}`},
		{"pickers", `{"type":"actions","elements":[{"type":"timepicker","initial_time":"09:30"},{"type":"datetimepicker","initial_date_time":1800000000},{"type":"channels_select"},{"type":"conversations_select","default_to_current_conversation":true,"filter":{"include":["private"]}}]}`},
		{"rich text", `{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x","style":{"bold":true}}]}]}]}`},
		{"image", `{"type":"image","image_url":"https://example.com/x.png","alt_text":"x"}`},
		{"markdown", `{"type":"markdown","text":"**x**"}`},
		{"table", `{"type":"table","rows":[[` + cell + `],[{"type":"raw_number","value":1.5}]]}`},
		{"data table", dataTable(`[{"type":"action_cell","element":` + button + `,"fallback":` + cell + `}]`)},
		{"same action_id twice in a data table", dataTable(repeat(`[{"type":"action_cell","element":{"type":"button","action_id":"exclude","text":{"type":"plain_text","text":"Go"}}}]`, 2))},
		{"chart", chart(`{"label":"a","value":1},{"label":"b","value":-2}`)},
		{"pie", `{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":[{"label":"a","value":1}]}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := a.call(t, "chat.postMessage", "channel", a.Channel, "blocks", "["+tt.blocks+"]"); got["ok"] != true {
				t.Errorf("refused: %v", got)
			}
		})
	}
	if v := a.Violations(); len(v) != 0 {
		t.Errorf("violations: %+v", v)
	}
}

func TestBlocksRefused(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	for _, tt := range []struct{ name, blocks, want string }{
		{"unknown type", `{"type":"banner"}`, "unsupported type: banner [json-pointer:/blocks/0/type]"},
		{"unknown field", `{"type":"divider","colour":"red"}`, "invalid additional property: colour [json-pointer:/blocks/0]"},
		{"empty section", `{"type":"section"}`, "missing required field: text or fields [json-pointer:/blocks/0]"},
		{"section too long", `{"type":"section","text":` + textObject("mrkdwn", 3001) + `}`, "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		{"empty text", `{"type":"section","text":` + textObject("mrkdwn", 0) + `}`, "must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
		{"emoji in mrkdwn", `{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}`, "invalid additional property: emoji [json-pointer:/blocks/0/text]"},
		{"eleven fields", `{"type":"section","fields":[` + repeat(textObject("plain_text", 1), 11) + `]}`, "no more than 10 items allowed [json-pointer:/blocks/0/fields]"},
		{"mrkdwn header", `{"type":"header","text":` + textObject("mrkdwn", 1) + `}`, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"},
		{"26 buttons", `{"type":"actions","elements":[` + repeat(button, 26) + `]}`, "no more than 25 items allowed [json-pointer:/blocks/0/elements]"},
		{"button label", `{"type":"actions","elements":[{"type":"button","text":` + textObject("plain_text", 76) + `}]}`, "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"},
		{"input outside input", `{"type":"actions","elements":[{"type":"plain_text_input"}]}`, "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]"},
		{"half a confirm", `{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"},"confirm":{"title":{"type":"plain_text","text":"x"}}}]}`, "missing required field: deny [json-pointer:/blocks/0/elements/0/confirm]"},
		{"same action twice", `{"type":"actions","elements":[` + repeat(`{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}}`, 2) + `]}`, "action_id already exists: a [json-pointer:/blocks/0/elements/1/action_id]"},
		{"same block twice", repeat(`{"type":"divider","block_id":"b"}`, 2), "block_id already exists: b [json-pointer:/blocks/1/block_id]"},
		{"51 blocks", repeat(`{"type":"divider"}`, 51), "no more than 50 items allowed [json-pointer:/blocks]"},
		{"initial option not offered", `{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"static_select","options":[` + option + `],"initial_option":{"text":{"type":"plain_text","text":"b"},"value":"b"}}}`, "initial option is not among the options: b [json-pointer:/blocks/0/accessory]"},
		{"25 o'clock", `{"type":"actions","elements":[{"type":"timepicker","initial_time":"25:00"}]}`, "must be a time in the format HH:mm [json-pointer:/blocks/0/elements/0/initial_time]"},
		{"milliseconds", `{"type":"actions","elements":[{"type":"datetimepicker","initial_date_time":1800000000000}]}`, "must be between 1000000000 and 9999999999 [json-pointer:/blocks/0/elements/0/initial_date_time]"},
		{"several channels in actions", `{"type":"actions","elements":[{"type":"multi_channels_select"}]}`, "unsupported type: multi_channels_select [json-pointer:/blocks/0/elements/0/type]"},
		{"button in a table", `{"type":"table","rows":[[{"type":"action_cell","element":` + button + `}]]}`, "unsupported type: action_cell [json-pointer:/blocks/0/rows/0/0/type]"},
		{"no caption", `{"type":"data_table","rows":[[` + cell + `],[` + cell + `]]}`, "missing required field: caption [json-pointer:/blocks/0]"},
		{"only a header", `{"type":"data_table","caption":"x","rows":[[` + cell + `]]}`, "must have at least 2 items [json-pointer:/blocks/0/rows]"},
		{"uneven rows", dataTable(`[` + repeat(cell, 2) + `]`), "all rows must have 1 cells [json-pointer:/blocks/0/rows/1]"},
		{"202 rows", dataTable(repeat(`[`+cell+`]`, 201)), "no more than 201 items allowed [json-pointer:/blocks/0/rows]"},
		{"point missing", chart(`{"label":"a","value":1}`), "must have exactly one point for every category [json-pointer:/blocks/0/chart/series/0/data]"},
		{"markdown budget", repeat(`{"type":"markdown","text":"`+strings.Repeat("x", 6001)+`"}`, 2), "all markdown blocks together must be less than 12001 characters [json-pointer:/blocks]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := a.call(t, "chat.postMessage", "channel", a.Channel, "blocks", "["+tt.blocks+"]")
			if got["error"] != "invalid_blocks" || !strings.Contains(fmt.Sprint(got["response_metadata"]), tt.want) {
				t.Errorf("got %v, want %s", got, tt.want)
			}
			if v := a.Violations(); v[len(v)-1].Error != "invalid_blocks" {
				t.Errorf("last violation: %+v", v[len(v)-1])
			}
		})
	}
}

func TestTextBudgetOfAMessage(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	rows := repeat(`{"type":"section","text":`+textObject("mrkdwn", 2640)+`}`, 5)
	if got := a.call(t, "chat.postMessage", "channel", a.Channel, "blocks", "["+rows+"]"); got["ok"] != true {
		t.Errorf("13,200 characters: %v", got)
	}
	more := rows + `,{"type":"section","text":` + textObject("mrkdwn", 1) + `}`
	if got := a.call(t, "chat.postMessage", "channel", a.Channel, "blocks", "["+more+"]"); got["error"] != "msg_blocks_too_long" {
		t.Errorf("13,201 characters: %v", got)
	}
}

func TestViewsRefused(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	const title = `"title":{"type":"plain_text","text":"x"}`
	for _, tt := range []struct{ name, view, want string }{
		{"no title", `{"type":"modal","blocks":[]}`, "missing required field: title [json-pointer:/view]"},
		{"long title", `{"type":"modal","title":` + textObject("plain_text", 25) + `,"blocks":[]}`, "must be less than 25 characters [json-pointer:/view/title/text]"},
		{"input without submit", `{"type":"modal",` + title + `,"blocks":[{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"plain_text_input"}}]}`, "missing required field: submit [json-pointer:/view]"},
		{"101 blocks", `{"type":"modal",` + title + `,"blocks":[` + repeat(`{"type":"divider"}`, 101) + `]}`, "no more than 100 items allowed [json-pointer:/view/blocks]"},
		{"table in a modal", `{"type":"modal",` + title + `,"blocks":[` + dataTable(`[`+cell+`]`) + `]}`, "unsupported type: data_table [json-pointer:/view/blocks/0/type]"},
		{"long metadata", `{"type":"modal",` + title + `,"private_metadata":"` + strings.Repeat("x", 3001) + `","blocks":[]}`, "must be less than 3001 characters [json-pointer:/view/private_metadata]"},
		{"home with title", `{"type":"home",` + title + `,"blocks":[]}`, "invalid additional property: title [json-pointer:/view]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := a.call(t, "blocks.validate", "view", tt.view)
			if got["ok"] != false || !strings.Contains(fmt.Sprint(got["response_metadata"]), tt.want) {
				t.Errorf("got %v, want %s", got, tt.want)
			}
		})
	}
	if v := a.Violations(); len(v) != 0 {
		t.Errorf("blocks.validate recorded violations: %+v", v)
	}
}
