// Package scan reads the directory, puts each person in a lane by the rules of
// package policy, and stores the result as a report.
//
// [Service] runs one scan at a time (service.go) under today's rules (rules.go).
// [Scanner] and [Pass] read the people (scanner.go), their activity one by one
// where the search does not tell it (last_active.go), and compare the result with
// an earlier scan to find what looks wrong (anomalies.go). Recheck reads a single
// person again just before a suspension (recheck.go). Nothing here changes an
// account.
package scan
