// Package adminsocket lets other subcommands use the database while the bot runs.
//
// bbolt allows one process to open a file. The bot therefore listens on a Unix
// socket next to the database ([Serve]), which only its own user can use. The
// requests are small HTTP: read the schema version and process id, download a
// consistent copy, import exclusions, forget a person.
//
// The functions [Open], [Import], [Forget] and [Inspect] are for the other
// subcommands. Each one connects to the running bot, or opens the file itself if no
// bot listens.
package adminsocket
