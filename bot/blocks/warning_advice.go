package blocks

import (
	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// newerMessageText is the note after a start with a database that is older than a
// message in the channel.
const newerMessageText = "A message in this channel shows decisions that my database does not have: the database is probably an older copy, and later decisions, including exclusions, may be missing. " +
	"Open reports and batches were closed, and no one is suspended. Compare `/inactive exclusions` with what this channel shows, then type `/inactive scan`. The safety lock stays on until approvers override it in the new report."

// WarningAdvice is what a [storage.Warning] means.
type WarningAdvice struct {
	Problem string // what is wrong, in sentences.
	Fix     string // what to do, in the imperative, without a full stop.
}

var warningAdvice = map[storage.WarningKind]WarningAdvice{
	storage.WarnOtherProgram: {
		"Another program uses the same Slack app: some presses reach it instead of this bot, and some of its presses arrive here. Those are refused, so people have to press again.",
		"stop the other program, or give each bot its own Slack app",
	},
	storage.WarnNewerMessage: {
		"A message in the admin channel shows decisions that the bot's database does not have. The database is probably an older copy, so new reports are locked.",
		"compare `/inactive exclusions` with what the channel shows, then override the lock in the newest report",
	},
	storage.WarnChannel: {
		"Nothing is posted to the admin channel. The approvers got a direct message with the reason.",
		"fix the channel in Slack, or set INACTIVEBOT_CHANNEL to another one",
	},
}

// AdviceFor returns what a warning means.
func AdviceFor(kind storage.WarningKind) WarningAdvice {
	if a, ok := warningAdvice[kind]; ok {
		return a
	}
	return WarningAdvice{"The bot has a warning.", "run `inactivebot doctor`"}
}

// Text returns both as sentences.
func (a WarningAdvice) Text() string { return a.Problem + " To fix it, " + a.Fix + "." }

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
