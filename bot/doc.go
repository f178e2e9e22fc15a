// Package bot connects the parts of the program and runs them: start-up, the
// schedule, warnings about the installation, daily backups, and shutdown. What
// the program does is in the packages below it; no part knows [Bot].
//
// # The packages
//
//	receiver   the Socket Mode connection: envelopes in, one ack each
//	handler    what a press, a modal or a command does: authorise, store, answer
//	command    reading what people type after /inactive
//	approvers  who may press
//	scan       directory → lanes → a stored report; reading one person again
//	policy     the rules: lanes, anomalies, caps ("who is inactive" is decided here)
//	executor   everything done to accounts: suspend, confirm by reading, restore
//	publisher  everything posted: reports, notes in threads, files, incidents
//	view       stored state and today's rules, read for display
//	blocks     what people see: Block Kit within Slack's limits, CSV, texts
//	slackapi   the one way to Slack's Web API: rate limits, redaction, errors
//	doctor     all checks of the installation
//	monitor    metrics, /healthz, /readyz
//	reconcile  the loop that executor and publisher run in, back-off
//	problem    errors that a person must act on
//	logging    request ids in the log, recovering from a panic
//	slacktest  a simulated Slack workspace
//	acceptance tests of the whole bot against both simulators
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
// approvers and stores the decision in one transaction of storage; then the ack
// goes out. No handler changes an account.
//
// What is decided is carried out by two loops over the database: executor restores
// and suspends, publisher posts and updates. They run after every decision, on a
// timer and at start, so that recovery after an interruption is not a second path.
//
// # The states
//
// A report is locked or open, awaits a second approver, is executing or stopped,
// and in the end done, superseded or expired. A step of a batch is pending,
// claimed, and then suspended, failed or skipped; later it may be restoring and
// restored. Claimed and restoring are on disk before the request goes out. The
// effect of a request without an answer is settled by reading, never by assuming.
package bot
