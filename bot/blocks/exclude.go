package blocks

import (
	"time"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// The block and action ids of the modal for the details of an exclusion.
const (
	ReasonBlock  = "reason"
	ReasonAction = "reason"
	UntilBlock   = "until"
	UntilAction  = "until"
)

// ExcludeDetails is the modal for the reason and the last day of an exclusion,
// filled with their present values.
func ExcludeDetails(p storage.Person, e storage.Exclusion, private string) slack.ModalViewRequest {
	reason := slack.NewPlainTextInputBlockElement(plain("for example: on leave"), ReasonAction).WithMaxLength(maxNote).
		WithInitialValue(truncate(cleanSpaces(e.Reason), maxNote))
	until := slack.NewDatePickerBlockElement(UntilAction)
	until.Placeholder = plain("No end date")
	if !e.Until.IsZero() {
		until.InitialDate = e.Until.Add(-1).UTC().Format(time.DateOnly)
	}
	return modal(ViewExclude, "Exclusion details", "Save", private,
		section("", PersonLabel(p)+"\n"+ExclusionText(storage.Exclusion{By: e.By}), nil),
		optional(ReasonBlock, "Reason", "Visible to everyone in the channel. Do not include private details.", reason),
		optional(UntilBlock, "Excluded until", "From the next day, the person can be listed again. Leave empty to exclude indefinitely.", until),
	)
}
