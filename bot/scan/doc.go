// Package scan reads the directory, puts each person in a lane by the rules of
// package policy, and stores the result as a report.
//
// [Service] runs one scan at a time (service.go) under the current rules
// (rules.go). [Scanner] and [Pass] read the people (scanner.go), and the activity
// of each person if the search does not report it (last_active.go, look_up.go).
// Roles and groups that the search leaves out are read with searches by role and by
// group (roles.go, groups.go), and people whom it does not list one by one
// (unlisted.go). The result is compared with an earlier scan to find anomalies
// (anomalies.go). [Matches] counts whom the rules and the entries of
// INACTIVEBOT_PROTECT match (matches.go). Recheck reads one person again just before
// a suspension (recheck.go, person.go). This package never changes an account.
package scan
