package slacktest

import (
	"encoding/json"
)

// maxView is the maximum size of a view, in bytes of its JSON.
const maxView = 250_000

var (
	viewBasics = shape{
		"blocks":           required(all(list(0, maxViewBlocks, block(viewBlocks)), uniqueBlocks)),
		"private_metadata": optional(text(0, 3000)),
		"callback_id":      optional(text(0, 255)),
		"external_id":      optional(text(0, 255)),
	}
	viewTypes = map[string]shape{
		"home": viewBasics,
		"modal": viewBasics.with(shape{
			"title": required(plainText(24)), "submit": optional(plainText(24)), "close": optional(plainText(24)),
			"clear_on_close": optional(boolean), "notify_on_close": optional(boolean), "submit_disabled": optional(boolean),
		}),
	}
)

// validateView validates a modal or a Home tab: https://docs.slack.dev/reference/views. The error is invalid_arguments
// or view_too_large.
func validateView(value any) *apiError {
	if data, err := json.Marshal(value); err != nil || len(data) > maxView {
		return invalidPayload("view_too_large", value)
	}
	v := &validation{}
	all(byType(viewTypes), submitRequired)(v, "/view", value)
	if len(v.problems) > 0 {
		return invalidPayload("invalid_arguments", value, v.problems...)
	}
	return nil
}

// submitRequired validates that a modal with an input has a submit button.
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
