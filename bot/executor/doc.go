// Package executor does everything that the bot does to accounts. It is the only
// caller of the writes of package atlassian.
//
// A pass (executor.go) restores first (restore.go), then confirms by reading what
// was sent (confirm.go), and then takes one step of each running batch (step.go):
// read the person again, claim the step on disk, send the request. stop.go says
// when a batch stops and asks, or waits for a rate limit.
//
// A request without an answer is settled by reading and never by assuming.
// Nothing is kept in memory but times of retries, so that a pass after a restart
// is a pass like any other.
package executor
