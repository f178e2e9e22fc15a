// Package blocks renders stored state as Slack messages and views, within the limits
// of https://docs.slack.dev/reference/block-kit/blocks. It is pure: it reads no clock,
// no network and no database.
//
// [Report] is the message of a report in every state. Its headline is in headline.go,
// its buttons in report_controls.go, its people in report_rows.go or report_table.go,
// and the results of a batch in report_batch.go. [Note] is a note in its thread;
// [Greeting], [Snapshot], [BatchSummary], [Reminder], [Incident] and [ChannelOutage] are the
// other messages.
//
// The modals are [SuspendConfirm], [RestoreConfirm], [RestorePerson], [UndoConfirm],
// [OverrideConfirm], [ExcludeDetails], [Exclusions], [Browse], [Everyone], [EveryoneInLane] and
// [Notice].
//
// Every stored code has its text in one table: lanes in lane_texts.go, reasons of the
// policy in reason_texts.go, results of steps and batches in step_reasons.go, and
// tripwires in safety_lock.go.
//
// Untrusted text, such as a display name, goes through [Escape] or [Code], so that it
// cannot mention a channel or fake a link.
//
// The golden files in testdata show every message and view. To rewrite them after a
// change, run
//
//	go test ./bot/blocks -update
package blocks
