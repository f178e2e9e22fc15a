// Command inactivebot finds people who no longer use Confluence Cloud, shows
// them to the admins in Slack, and suspends exactly those an admin approves.
//
// main.go reads the command line and turns an error into sentences and an exit
// code. Package config reads the settings. serve.go runs the bot, and each other
// subcommand has a file of its own.
//
// The tests named deploy_ hold README's files for Docker, systemd and Kubernetes
// against the code. Package e2e runs the program as a process.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // the image has no time zones of its own.

	"github.com/alecthomas/kong"

	"inactivebot/bot"
	"inactivebot/cmd/inactivebot/config"
)

// The exit codes.
const (
	exitFailed  = 1 // anything else.
	exitMistake = 2 // the configuration or the command line is wrong.
	exitRefused = 3 // Slack or Atlassian definitely refuses the credentials.
)

// commands is the command line.
type commands struct {
	Serve       serveCommand       `cmd:"" help:"Run the bot."`
	Scan        scanCommand        `cmd:"" help:"Print who is inactive. Suspends nobody."`
	Doctor      doctorCommand      `cmd:"" help:"Check the settings, Slack, Atlassian and the database. Changes nothing."`
	Backup      backupCommand      `cmd:"" help:"Copy the database, also while the bot runs."`
	Export      exportCommand      `cmd:"" help:"Print the exclusions as a list."`
	Import      importCommand      `cmd:"" help:"Take over a list of exclusions."`
	Forget      forgetCommand      `cmd:"" help:"Delete a person's name, email and the texts about them."`
	Audit       auditCommand       `cmd:"" help:"Check or print the audit log."`
	Manifest    manifestCommand    `cmd:"" help:"Print the manifest that the Slack app is made from."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask the running bot whether it is alive, for a container's health check."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// program is what every subcommand runs with.
type program struct {
	ctx     context.Context
	sources config.Sources
	stdout  io.Writer
	stderr  io.Writer
}

func main() {
	os.Exit(run(untilAskedToStop(), os.Args[1:], os.Stdout, os.Stderr))
}

// untilAskedToStop is a context that the first SIGTERM or Ctrl-C ends. Later ones
// are ignored: the program is stopping, and its exit code is to be its own.
func untilAskedToStop() context.Context {
	ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	return ctx
}

// run is main with its surroundings as parameters; it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := config.NewFlags()
	var cli commands
	parser, err := kong.New(&cli, kong.Name("inactivebot"), kong.Embed(flags.Struct()),
		kong.Description("Finds people who no longer use Confluence Cloud and suspends exactly those an admin approves in Slack."),
		kong.Writers(stdout, stderr), kong.UsageOnError())
	if err != nil {
		return report(stderr, err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "%s. Type inactivebot --help for all commands.\n", mistyped(err))
		return exitMistake
	}
	p := &program{ctx: ctx, stdout: stdout, stderr: stderr, sources: config.Sources{Flags: flags.Values(), Env: os.LookupEnv, ReadFile: os.ReadFile}}
	return report(stderr, parsed.Run(p))
}

// mistyped is what is wrong with the command line. A word that nothing expects is
// not repeated: it may be a secret that was pasted.
func mistyped(err error) string {
	if text := err.Error(); !strings.HasPrefix(text, "unexpected argument") {
		return text
	}
	return "There is a word on the command line that nothing expects"
}

// report prints an error as sentences for a person and chooses the exit code.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, err)
	if _, ok := errors.AsType[config.Mistakes](err); ok {
		return exitMistake
	}
	if _, ok := errors.AsType[bot.DirectoryError](err); ok {
		return exitMistake
	}
	if _, ok := errors.AsType[bot.Misset](err); ok {
		return exitMistake
	}
	if _, ok := errors.AsType[bot.Refused](err); ok {
		return exitRefused
	}
	return exitFailed
}
