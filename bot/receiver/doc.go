// Package receiver keeps the Socket Mode connection to Slack (receiver.go), hands
// each envelope to a [Handler] and acknowledges it once (pool.go), records from
// when to when the bot was connected (connection_log.go), and notices other programs
// that are connected to the same app (other_programs.go).
//
// An ack means that the decision is on disk. What follows an ack runs in workers
// of its own, so that no ack waits for it. At shutdown the receiver takes no more
// envelopes, acknowledges those in progress, and closes the connection; Slack
// delivers the others again.
package receiver
