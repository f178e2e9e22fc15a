// Package publisher posts and updates everything that the bot says unasked: the
// message of each report (report.go), the notes in its thread (notes.go), CSV
// files (files.go, file_deletion.go), the one message about an incident
// (incident.go), and direct messages to approvers while the channel is
// unavailable (channel.go).
//
// It reads what is stored and makes Slack show that. After a response that was
// lost it looks the message up before it posts again (post.go); blocks that Slack
// refuses become plain text (plaintext.go).
package publisher
