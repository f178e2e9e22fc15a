// Package publisher posts and updates messages and files in Slack: the message
// of each report (report.go), the notes in its thread (notes.go), CSV files
// (files.go, file_deletion.go), the one message about an incident
// (incident.go), and direct messages to approvers while the channel is
// unavailable (channel.go).
//
// It makes Slack show the stored state. After a lost response it looks for the
// message before it posts again (post.go). If Slack rejects the blocks of a
// message, it sends plain text (plaintext.go). While others can read the admin
// channel it shows no names there (exposure.go). newer.go reads what the newest
// report messages show, to notice a database that is older than they are.
package publisher
