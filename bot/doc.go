// Package bot is the story: how a scan becomes a report, a press a decision,
// and a decision an effect.
//
// # The flows
//
// A scan ([Scanner], scan.go) ranges over the directory, puts everybody in a
// lane by the rules of package policy, and ends in a report. It is started by
// the schedule (schedule.go) or by a command.
//
// A press (socket.go, desk.go, press.go, command.go) comes in as one envelope, is
// authorised on the presser's user id (approvers.go), and becomes a decision in
// package storage before its ack goes out. No handler acts on Atlassian.
//
// What is decided is carried out by two loops over the database (reconcile.go):
// effects.go restores and suspends, messages.go posts and redraws. They run
// after every decision, on a timer, and at the start, so that going on after an
// interruption is the same as going on.
//
// # The states
//
// A report is open, executing, stopped, and in the end done, superseded or
// expired. A step is pending, claimed, and then suspended, failed or skipped;
// later perhaps restoring and restored. Claimed and restoring are on disk before
// the request goes out. A request whose effect is not known is settled by
// reading, never by assuming.
//
// Read next: bot/policy for who is inactive, storage for what is kept,
// bot/blocks for what people see.
package bot
