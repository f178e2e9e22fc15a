// Package adminsocket lets other subcommands use the database while the bot
// runs.
//
// bbolt allows only one process to open a file. The bot therefore listens on a
// Unix socket next to the database ([Serve]), which only its own user can use.
// It serves a few HTTP requests: read the schema version and process id,
// download a consistent copy, import exclusions, forget a person.
//
// The other subcommands call [Open], [Import], [Forget] and [Inspect]. These
// functions connect to the running bot, or open the file themselves if no bot
// listens.
package adminsocket
