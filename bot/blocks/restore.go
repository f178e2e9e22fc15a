package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// RestoreConfirm asks before one person's access comes back.
func RestoreConfirm(p storage.Person, private string) slack.ModalViewRequest {
	return modal(ViewRestore, "Restore access?", "Restore", private,
		section("", fmt.Sprintf("%s gets back every app, group and role they had. This can take a seat of your licence.", Who(p)), nil))
}

// MaxRestorable is how many people the modal offers: three lists of options,
// which a modal holds whatever the names.
const MaxRestorable = 3 * maxOptions

// RestoreSomebody asks whose access comes back, in a list that Slack searches as
// one types. People are those suspended by this bot, between 1 and
// [MaxRestorable]; more is how many there are beside them.
func RestoreSomebody(people []storage.Person, more int, private string) slack.ModalViewRequest {
	pick := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Choose a person"), ActionRestore)
	pick.Options, pick.OptionGroups = personOptions(people)
	blocks := []slack.Block{
		slack.NewInputBlock("who", plain("Whose access comes back?"), nil, pick),
		contextText("", "They get back every app, group and role they had. This can take a seat of your licence."),
	}
	if more > 0 {
		blocks = append(blocks, contextText("", fmt.Sprintf("%s more %s suspended: type `/inactive restore` and an email.", number(more), plural(more, "is", "are"))))
	}
	return modal(ViewRestore, "Restore somebody", "Restore", private, blocks...)
}

// UndoConfirm asks before the n suspended people of a batch are restored and
// the rest of it is given up.
func UndoConfirm(b storage.Batch, n int, private string) slack.ModalViewRequest {
	text, submit := fmt.Sprintf("%s of batch %d %s back every app, group and role they had. This can take %s of your licence.",
		People(n), b.ID, plural(n, "gets", "get"), plural(n, "a seat", "as many seats")), "Restore "+People(n)
	switch {
	case n == 0:
		text, submit = fmt.Sprintf("Nobody of batch %d has been suspended yet, and nobody will be.", b.ID), "Undo"
	case !b.State.Finished():
		text += " Nobody else of the batch will be suspended."
	}
	return modal(ViewUndo, "Undo this batch?", submit, private, section("", text, nil))
}
