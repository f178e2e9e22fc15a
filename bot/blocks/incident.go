package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// Incident is the message about an incident that keeps the bot from working. The message
// is updated until the incident is over. Why is the reason, with what to do.
func Incident(t storage.Incident, why string) Message {
	text := "inactivebot is blocked: " + Escape(why) + " Until this is fixed there is no new report and no one is suspended. The last report stays as it is. The bot retries every hour"
	switch {
	case !t.EndedAt.IsZero():
		text = fmt.Sprintf("inactivebot has been working again since %s. It was blocked from %s on. A stopped batch waits for Resume.", LocalTime(t.EndedAt), LocalTime(t.Since))
	case t.Attempts > 1:
		text += fmt.Sprintf(": %s times so far since %s, last at %s.", number(t.Attempts), LocalTime(t.Since), LocalTime(t.LastAt))
	default:
		text += "."
	}
	return Message{Text: text, Blocks: []slack.Block{section("", text, nil)}}
}
