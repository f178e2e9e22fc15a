package blocks

import (
	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// newerMessageText is the note after a start with a database that is older than a
// message in the channel.
const newerMessageText = "A message in this channel shows decisions that my database does not have: the database is probably an older copy, and later decisions, including exclusions, may be missing. " +
	"Open reports and batches were closed, and no one is suspended. Compare `/inactive exclusions` with what this channel shows, then type `/inactive scan`. The safety lock stays on until approvers override it in the new report."

// dangerTexts say what a warning means and what to do.
var dangerTexts = map[storage.WarningKind]string{
	storage.WarnOtherProgram: "Another program is connected to the same Slack app, so some presses reach it instead of this bot, and some of its presses arrive here. Nothing is done twice, but presses may be refused. Ask the person who runs the bot to stop the other program or give it its own Slack app.",
	storage.WarnNewerMessage: "A message in the admin channel shows decisions that the bot's database does not have: the database is probably an older copy. New reports are locked until approvers override the lock.",
	storage.WarnChannel:      "Nothing can be posted to the admin channel, or it may not be shown the names of people. The approvers got a direct message with the reason.",
}

// dangerText returns what a warning means and what to do.
func dangerText(kind storage.WarningKind) string {
	if text, ok := dangerTexts[kind]; ok {
		return text
	}
	return "Something needs attention. Run `inactivebot doctor` to see what."
}

// Danger returns a warning for approvers, with its beginning.
func Danger(w storage.Warning) string {
	return dangerText(w.Kind) + " (since " + LocalTime(w.Since) + ")"
}

// DatabaseReplaced is the last message of a bot whose database file was replaced.
// Saved is the name of the file with what it had stored; empty: it could not be
// saved.
func DatabaseReplaced(saved string) Message {
	text := "inactivebot has stopped: its database file was replaced, moved or removed while it was running. Buttons in this channel do not work until it runs again. "
	if saved == "" {
		text += "Its own data could not be saved. "
	} else {
		text += "Decisions made here until now are in the file " + Code(saved) + " beside it. "
	}
	text += "Ask the person who runs the bot to put the right file in place and start it again."
	return Message{Text: text, Blocks: []slack.Block{section("", text, nil)}}
}
