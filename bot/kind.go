package bot

import (
	"strings"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// unknownKind is what somebody pressed or typed that this bot does not have.
const unknownKind = "unknown"

// kindOf is what was pressed, submitted or typed, as a word of the code: the name
// of its handler, never what a person wrote. It is empty where it is no press.
func kindOf(evt socketmode.Event) string {
	switch data := evt.Data.(type) {
	case slack.SlashCommand:
		return commandKind(data.Text)
	case slack.InteractionCallback:
		return interactionKind(data)
	}
	return ""
}

func commandKind(text string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	if word = strings.ToLower(word); word == "" {
		word = "help"
	}
	_, open := openCommands[word]
	if _, ok := commands[word]; !ok && !open {
		word = unknownKind
	}
	return "/inactive " + word
}

func interactionKind(c slack.InteractionCallback) string {
	name, table := "", buttons
	switch c.Type {
	case slack.InteractionTypeViewSubmission:
		name, table = c.View.CallbackID, submits
	case slack.InteractionTypeBlockActions:
		if len(c.ActionCallback.BlockActions) == 1 {
			name = c.ActionCallback.BlockActions[0].ActionID
		}
	default:
		return ""
	}
	if _, ok := table[name]; !ok {
		return unknownKind
	}
	return name
}
