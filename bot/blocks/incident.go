package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// Trouble is the one message about what keeps the bot from working, for as long as
// it does and after. Why is the reason, with what to do.
func Trouble(t storage.Trouble, why string) Message {
	text := "The bot cannot work. " + Escape(why) + " Until then there is no new report and nobody is suspended; the last report stays as it is. The bot tries again every hour"
	switch {
	case !t.EndedAt.IsZero():
		text = fmt.Sprintf("The bot can work again since %s. Before that it could not, from %s on. A batch that was stopped waits for Resume.", Local(t.EndedAt), Local(t.Since))
	case t.Tries > 1:
		text += fmt.Sprintf(": %s times so far since %s, last at %s.", number(t.Tries), Local(t.Since), Local(t.LastAt))
	default:
		text += "."
	}
	return Message{Text: text, Blocks: []slack.Block{section("", text, nil)}}
}
