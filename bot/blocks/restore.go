package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// RestoreConfirm is the confirmation before one person is restored.
func RestoreConfirm(p storage.Person, private string) slack.ModalViewRequest {
	return modal(ViewRestore, "Restore access?", "Restore", private,
		section("", fmt.Sprintf("%s gets back every app, group and role they had. This may use a licence seat.", PersonLabel(p)), nil))
}

// MaxRestorable is the number of people the modal offers. Three lists of options
// fit in a modal whatever the names.
const MaxRestorable = 3 * maxOptions

// RestorePerson is the modal to choose a person to restore, in a list that can be
// searched. People are suspended by this bot, from 1 to [MaxRestorable] of them;
// more is the number of suspended people not in the list.
func RestorePerson(people []storage.Person, more int, private string) slack.ModalViewRequest {
	pick := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Choose a person"), ActionRestore)
	pick.Options, pick.OptionGroups = personOptions(people)
	blocks := []slack.Block{
		slack.NewInputBlock("who", plain("Who should get access back?"), nil, pick),
		contextText("", "They get back every app, group and role they had. This may use a licence seat."),
	}
	if more > 0 {
		blocks = append(blocks, contextText("", fmt.Sprintf("%s more %s suspended. Type `/inactive restore` and an email.", number(more), plural(more, "is", "are"))))
	}
	return modal(ViewRestore, "Restore a person", "Restore", private, blocks...)
}

// UndoConfirm is the confirmation before the n suspended people of a batch are
// restored and its remaining steps are given up.
func UndoConfirm(b storage.Batch, n int, private string) slack.ModalViewRequest {
	text, submit := fmt.Sprintf("%s in batch %d %s back every app, group and role they had. This may use %s.",
		People(n), b.ID, plural(n, "gets", "get"), plural(n, "a licence seat", "as many licence seats")), "Restore "+People(n)
	switch {
	case n == 0:
		text, submit = fmt.Sprintf("No one in batch %d has been suspended yet, and no one will be.", b.ID), "Undo"
	case !b.State.Finished():
		text += " No one else in the batch will be suspended."
	}
	return modal(ViewUndo, "Undo this batch?", submit, private, section("", text, nil))
}
