package slacktest

import (
	"encoding/json"
)

// maxView is the size of a whole view, in bytes of its JSON.
const maxView = 250_000

var (
	viewBasics = shape{
		"blocks":           must(all(list(0, maxViewBlocks, block(viewBlocks)), uniqueBlocks)),
		"private_metadata": may(text(0, 3000)),
		"callback_id":      may(text(0, 255)),
		"external_id":      may(text(0, 255)),
	}
	viewTypes = map[string]shape{
		"home": viewBasics,
		"modal": viewBasics.with(shape{
			"title": must(plainText(24)), "submit": may(plainText(24)), "close": may(plainText(24)),
			"clear_on_close": may(boolean), "notify_on_close": may(boolean), "submit_disabled": may(boolean),
		}),
	}
)

// validateView judges a modal or a Home tab: https://docs.slack.dev/reference/views. The error is invalid_arguments or
// view_too_large.
func validateView(value any) *apiError {
	if data, err := json.Marshal(value); err != nil || len(data) > maxView {
		return refused("view_too_large", value)
	}
	v := &validation{}
	all(byType(viewTypes), submitRequired)(v, "/view", value)
	if len(v.problems) > 0 {
		return refused("invalid_arguments", value, v.problems...)
	}
	return nil
}

// submitRequired judges that a modal with an input can be submitted.
var submitRequired = objectRule(func(v *validation, at string, o object) {
	if str(o, "type") != "modal" || o["submit"] != nil {
		return
	}
	for _, b := range children(o, "blocks") {
		if str(b, "type") == "input" {
			v.add(at, "missing required field: submit")
			return
		}
	}
})
