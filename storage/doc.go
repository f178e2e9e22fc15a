// Package storage keeps everything the bot knows and has decided, in one bbolt
// file.
//
// A decision is a record before it is an effect: the methods here take a
// decision, check it against what is stored, and write it with its indexes and
// its audit line in one transaction. When a method returns without an error,
// the decision is on disk. A second, competing decision gets a [Refusal] that
// says why.
//
// The file, bucket by bucket (keys → values; numbers are big endian, so key
// order is time order):
//
//	meta           name                          → Meta values: schema, installation, pause, slots, approvers, connected, no_channel, trouble, api_key, reminders, marks
//	scans          scan                          → Scan
//	rows           scan / account                → Row: the lane of each person; the last two scans only
//	candidates     scan / rank                   → Row: the candidates, in the order they are shown
//	ranks          scan / account                → rank
//	people         account                       → Person: name and email, nowhere else
//	activity       account                       → CachedActivity: who need not be read by last-active-dates
//	reports        report                        → Report
//	slots          slot                          → report: at most one report a slot
//	live           report                        → a report that can still change
//	stale          report                        → a report whose message is out of date
//	exclusions     account                       → Exclusion
//	rules          rule                          → Rule
//	batches        batch                         → Batch
//	unfinished     batch                         → a batch that has steps to take or settle
//	steps          report, account               → Step: at most one a report and person
//	order          batch, place                  → account
//	pending        batch, place                  → a step to take
//	unsettled      batch, place                  → a step sent, not confirmed
//	restoring      account                       → report: a restore to carry out
//	ours           account                       → report: a suspension of ours in effect
//	restored       account                       → when the person was last restored, by anyone
//	notes          note                          → Note: a message still to be posted
//	audit          line                          → Line: the hash chain
//	texts          salted hash                   → free text an audit line refers to; can be deleted
//
// Every value is JSON behind a CRC-32C over bucket, key and value, because bbolt
// keeps no checksum of data pages. A value that does not match is an [ErrCorrupt],
// never an empty one.
//
// Files are named by record: report*.go, batch*.go, step*.go, scan*.go,
// exclusion*.go, audit*.go, note.go, person.go; integrity.go, migrate.go,
// rollback.go, retention.go and backup.go are about the whole file. Package
// storage/boltfile opens a bbolt file so that a damaged page is an error and not
// a crash. Package storage/adminsocket serves backup, export and audit to the
// other subcommands while the bot has the file open.
//
// Besides boltfile this package imports nothing of this module, and it knows
// neither Slack nor Atlassian: user, channel and account ids are strings to it.
package storage
