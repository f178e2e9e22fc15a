// Package bot connects the parts of the program and runs them: startup, the
// schedule, warnings about the installation, daily backups, and shutdown. The
// packages below it do the rest; none of them depends on [Bot].
//
// # The packages
//
//	receiver   the Socket Mode connection: receives envelopes, acknowledges each
//	handler    handles presses, modals and commands: authorise, store, answer
//	command    parses the text after /inactive
//	approvers  who may press
//	scan       directory → lanes → a stored report; rereads one person
//	policy     the rules: lanes, anomalies, caps; decides who is inactive
//	executor   changes accounts: suspend, confirm by reading, restore
//	publisher  posts reports, notes in threads, files and incidents
//	view       reads stored state and current rules for display
//	blocks     Block Kit within Slack's limits, CSV, texts
//	slackapi   the Slack Web API client: rate limits, redaction, errors
//	doctor     checks of the installation
//	monitor    metrics, /healthz, /readyz
//	reconcile  the loop of executor and publisher, back-off
//	problem    errors that a person must act on
//	logging    request ids in the log, recovery from panics
//	slacktest  a simulated Slack workspace
//	acceptance tests of the whole bot against both simulators
//	pipenet    HTTP connections in memory, for tests in virtual time
//	texttest   finds values of the code in texts, for tests
//
// Package storage keeps everything in one bbolt file, and package atlassian is
// the client of the Organizations API.
//
// # The flows
//
// A scan is started by the schedule (schedule.go) or by a command. scan.Service
// ranges over the directory, policy.Decide puts each person in a lane, and
// storage publishes the result as a report. publisher posts it.
//
// A press arrives in receiver as one envelope. handler authorises the person with
// approvers, checks that the press belongs to the stored message, and stores the
// decision in one transaction of storage; then the ack goes out. No handler changes
// an account.
//
// Two loops over the database carry out decisions: executor restores and
// suspends, publisher posts and updates. They run after every decision, on a
// timer and at startup, so that recovery needs no code of its own.
//
// # The states
//
// A report is locked or open, awaits a second approver, is executing or stopped,
// and finally done, superseded or expired. A step of a batch is pending,
// claimed, and then suspended, failed or skipped; later it may be restoring and
// restored. Claimed and restoring are on disk before the request goes out. The
// effect of a request without an answer is settled by reading, never by assuming.
package bot
