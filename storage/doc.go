// Package storage keeps everything the bot knows and has decided, in one bbolt
// file.
//
// # Transactions
//
// A decision is stored before it has an effect. Each method that decides checks
// the decision against the stored state and writes it with its indexes, its
// notes and its audit entry in one transaction. When the method returns without
// an error, all of that is on disk. When it returns an error, nothing has changed
// unless the method says otherwise. Of two competing decisions, the second gets a
// [Refusal] that says why.
//
// A request to Atlassian and a post to Slack are recorded before they are sent.
// After a crash the bot therefore knows what may have been sent, and reads the
// state before it sends anything again.
//
// # Buckets
//
// The buckets of the file (key → value; numbers are big-endian, so that key order
// is time order):
//
//	meta           name                          → single values, for example the schema version, the pause and the last heartbeat
//	scans          scan                          → Scan
//	rows           scan / account                → Row: the lane of each person; of the last two scans and the last trusted one
//	candidates     scan / rank                   → Row: the candidates, in the order they are shown
//	ranks          scan / account                → rank
//	people         account                       → Person: name and email, nowhere else
//	activity       account                       → CachedActivity: until when the person need not be read again
//	reports        report                        → Report
//	slots          slot                          → report: at most one for each slot
//	live           report                        → a report that can still change
//	stale          report                        → a report whose message is out of date
//	exclusions     account                       → Exclusion
//	rules          rule                          → Rule
//	batches        batch                         → Batch
//	unfinished     batch                         → a batch that is not finished
//	steps          report, account               → Step: at most one for each report and person
//	order          batch, position               → account
//	pending        batch, position               → account: a step to execute
//	unsettled      batch, position               → account: a step that was sent and is not confirmed
//	restoring      account                       → report: a restore to execute
//	ours           account                       → report: a suspension by this bot that is in effect
//	restored       account                       → when the person was last restored, by anyone
//	notes          note                          → Note: a message still to be posted
//	audit          entry                         → AuditEntry: the hash chain
//	deliveries     delivery | object             → when a press was dealt with, for 24 hours
//	decided        object                        → who decided last about it, and when
//	posted         timestamp                     → PostedNote: a message with buttons other than a report's
//	approver_profiles  user                      → ApproverProfile
//	texts          salted hash                   → free text that an audit entry refers to; can be deleted
//
// # Damage
//
// Every value is JSON with a CRC-32C over bucket, key and value, because bbolt
// keeps no checksums of data pages. [Open] verifies every page and value before
// the first write, and a value is verified again whenever it is read. A
// difference is an [ErrCorrupt], never a missing value. Nothing is repaired: the
// bot does not start on a damaged file, and once bbolt has failed on a damaged
// page no further transaction starts. The error says to restore a backup. A
// database that is intact but out of date, such as a restored backup, is handled
// by [Store.InvalidateIfRolledBack].
//
// # Packages and files
//
// Package storage/boltfile opens a bbolt file so that a damaged page is an error
// and not a crash. Package storage/adminsocket gives other subcommands access to
// the database while the bot has the file open. Besides boltfile, package storage
// imports nothing of this module. It knows neither Slack nor Atlassian: user,
// channel and account ids are strings to it.
//
// Files are named by record: report*.go, batch*.go, step*.go, scan*.go,
// exclusion*.go, audit*.go, note.go, posted.go, person.go, protect.go,
// unmatched.go, warning.go. delivery.go lets a press count once and only forwards.
// The files installation.go, integrity.go, migrate.go, rollback.go, overtaken.go,
// retention.go and backup.go handle the whole database.
package storage
