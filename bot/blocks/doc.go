// Package blocks renders stored state as Slack messages and views.
//
// It is pure: a value goes in, Block Kit comes out, within the limits of
// https://docs.slack.dev/reference/block-kit/blocks. [Report] is the weekly
// report in every state: lead.go has its first sentence, rows.go its people,
// results.go what became of a batch. [Note] is a line in its thread, [Greeting]
// the first message of all. [SuspendConfirm], [RestoreConfirm],
// [RestoreSomebody], [UndoConfirm], [Browse], [Lanes] and [Notice] are the
// modals.
//
// Names come from outside and go through [Escape] or [Code]: nobody can mention
// a channel or fake a link with a display name.
//
// Golden files in testdata show every message and view.
package blocks
