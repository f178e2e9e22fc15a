// Package executor suspends and restores accounts. It is the only caller of
// Suspend and Restore of package atlassian.
//
// A pass (executor.go) sends restores and confirms them (restore.go), then confirms
// sent suspensions (confirm.go), both by reading the people (read.go), and then
// takes one step of each running batch (step.go): read the person again, claim the
// step on disk, send the request. stop.go decides when a batch stops until an
// approver decides, or waits for a rate limit.
//
// The effect of a request without a response is settled by reading, never by
// assuming. A read is evidence, not proof: it can show an older state. So a restore
// is always sent, and one read does not end a suspension. Only retry times are kept
// in memory, so a pass after a restart is like any other.
package executor
