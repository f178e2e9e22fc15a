package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// HiddenReport is the message of a report while others can read the channel: no
// names and no buttons. Code is why, as in [ChannelOutage].
func HiddenReport(r storage.Report, code string) Message {
	problem, fix := channelProblem(code)
	text := fmt.Sprintf("Report %d is hidden: %s. The report comes back when that is fixed: %s. No one is suspended meanwhile.", r.ID, problem, fix)
	return Message{Text: text, Blocks: []slack.Block{section("", text, nil), contextText(fmt.Sprintf("r%d.hidden", r.ID), "The approvers got a direct message.")}}
}
