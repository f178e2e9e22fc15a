// Command inactivebot finds people who no longer use Confluence Cloud, shows
// them to the admins in Slack, and suspends exactly those an admin approves.
//
// main.go parses the command line and turns an error into a text and an exit code.
// Package config reads the settings. serve.go runs the bot; every other subcommand
// has its own file.
//
// Package deploy tests the files for Docker, systemd and Kubernetes. Package e2e runs
// the program as a process.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"inactivebot/bot/problem"
	"inactivebot/storage/adminsocket"

	_ "time/tzdata" // the container image has no time zone data.

	"github.com/alecthomas/kong"

	"inactivebot/cmd/inactivebot/config"
	"inactivebot/storage"
)

// The exit codes.
const (
	exitFailed  = 1 // anything else.
	exitMistake = 2 // the configuration or the command line is wrong.
	exitRefused = 3 // Slack or Atlassian rejects the credentials.
)

// commands contains the subcommands.
type commands struct {
	Serve       serveCommand       `cmd:"" help:"Run the bot."`
	Scan        scanCommand        `cmd:"" help:"Print inactive people. Never suspends anyone."`
	Doctor      doctorCommand      `cmd:"" help:"Check the settings, Slack, Atlassian and the database. Changes nothing."`
	Backup      backupCommand      `cmd:"" help:"Copy the database, also while the bot runs."`
	Export      exportCommand      `cmd:"" help:"Print the exclusions as a list."`
	Import      importCommand      `cmd:"" help:"Import a list of exclusions."`
	Forget      forgetCommand      `cmd:"" help:"Delete a person's name, email and free texts."`
	Audit       auditCommand       `cmd:"" help:"Check or print the audit log."`
	Manifest    manifestCommand    `cmd:"" help:"Print the manifest of the Slack app."`
	Healthcheck healthcheckCommand `cmd:"" help:"Check whether the bot is running, for a container's health check."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// program contains the inputs and outputs of every subcommand.
type program struct {
	ctx     context.Context
	sources config.Sources
	stdout  io.Writer
	stderr  io.Writer
}

func main() {
	os.Exit(run(shutdownContext(), os.Args[1:], os.Stdout, os.Stderr))
}

// shutdownContext returns a context that the first SIGTERM or Ctrl-C cancels.
// Later signals are ignored, so that the shutdown decides the exit code.
func shutdownContext() context.Context {
	ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	return ctx
}

// run parses the command line and runs the subcommand. It returns the exit code.
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

// mistyped describes what is wrong with the command line. It does not repeat an
// unexpected argument, which may be a pasted secret.
func mistyped(err error) string {
	if text := err.Error(); !strings.HasPrefix(text, "unexpected argument") {
		return text
	}
	return "Unexpected argument on the command line"
}

// openDatabase opens the existing database for reading. While the bot has it open,
// the bot provides a copy.
func openDatabase(p *program) (*storage.Store, error) {
	path, err := databaseThere(p)
	if err != nil {
		return nil, err
	}
	return adminsocket.Open(path)
}

// databaseThere returns the path of the database. It fails if the file is missing.
func databaseThere(p *program) (string, error) {
	c, err := config.Load(config.NeedNothing, p.sources)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(c.Database); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no database %s. Set INACTIVEBOT_DATABASE to its path", c.Database)
	}
	return c.Database, nil
}

// report prints an error for people and returns its exit code.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, err)
	if _, ok := errors.AsType[config.Mistakes](err); ok {
		return exitMistake
	}
	if _, ok := errors.AsType[problem.DirectoryError](err); ok {
		return exitMistake
	}
	if _, ok := errors.AsType[problem.ConfigError](err); ok {
		return exitMistake
	}
	if _, ok := errors.AsType[problem.CredentialsError](err); ok {
		return exitRefused
	}
	return exitFailed
}
