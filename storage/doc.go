// Package storage keeps everything the bot knows and has decided, in one bbolt
// file.
//
// A decision is a record before it is an effect: the methods here take a
// decision, check it against what is stored, and write it with its indexes and
// its audit line in one transaction. When a method returns without an error,
// the decision is on disk. A second, competing decision gets a [Refusal] that
// tells what stands in its way.
//
// The file, bucket by bucket (keys → values; numbers are big endian, so key
// order is time order):
//
//	meta           name                          → Meta values: schema, installation, pause, slots, approvers, connected, no_channel, trouble, api_key, reminders, marks
//	scans          scan                          → Scan
//	rows           scan / account                → Row: everybody's lane; the last two scans only
//	candidates     scan / rank                   → Row: the candidates, in the order they are shown
//	ranks          scan / account                → rank
//	people         account                       → Person: name and email, nowhere else
//	activity       account                       → LastSeen: whom last-active-dates need not be asked about
//	reports        report                        → Report
//	slots          slot                          → report: one report a slot, for ever
//	live           report                        → a report that can still change
//	stale          report                        → a report whose message is not yet true
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
//	restored       account                       → when somebody was last restored, by anybody
//	notes          note                          → Note: a message still to be posted
//	audit          line                          → Line: the hash chain
//	texts          salted hash                   → free text an audit line refers to; can be deleted
//
// Every value is JSON behind a CRC-32C over bucket, key and value, because bbolt
// keeps no checksum of data pages. A value that does not match is an [ErrCorrupt],
// never an empty one.
//
// The package imports nothing of this module and knows neither Slack nor
// Atlassian: user, channel and account ids are strings to it.
package storage
