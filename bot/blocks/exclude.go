package blocks

import (
	"time"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// The inputs of the modal that gives an exclusion a reason and an end.
const (
	ReasonBlock  = "reason"
	ReasonAction = "reason"
	UntilBlock   = "until"
	UntilAction  = "until"
)

// ExcludeDetails asks for the reason and the last day of an exclusion, and shows
// what they are now.
func ExcludeDetails(p storage.Person, e storage.Exclusion, private string) slack.ModalViewRequest {
	reason := slack.NewPlainTextInputBlockElement(plain("for example: on leave"), ReasonAction).WithMaxLength(maxNote).
		WithInitialValue(truncate(cleanSpaces(e.Reason), maxNote))
	until := slack.NewDatePickerBlockElement(UntilAction)
	until.Placeholder = plain("No end")
	if !e.Until.IsZero() {
		until.InitialDate = e.Until.Add(-1).UTC().Format(time.DateOnly)
	}
	return modal(ViewExclude, "Reason and end", "Save", private,
		section("", Who(p)+"\n"+ExclusionText(storage.Exclusion{By: e.By}), nil),
		optional(ReasonBlock, "Reason", "Everyone in the channel reads this: no private details, please.", reason),
		optional(UntilBlock, "Last day", "From the day after, the person can be listed again. Without a day the exclusion holds until somebody ends it.", until),
	)
}
