// Command demo runs the real bot against a simulated organisation and a simulated
// Slack workspace, over HTTP and WebSockets on this machine. Its page shows the
// admin channel (bot/slacktest) and next to it a panel with the organisation
// (panel.go), where people can be changed (actions.go) and failures simulated. A
// tour (tour.go) explains the first steps.
//
// With --no-bot it runs only the two simulators, for other programs. It never
// connects to Atlassian or Slack.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/policy"
	"inactivebot/bot/slackapi"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// flags is the command line.
type flags struct {
	Listen     string `default:"127.0.0.1:8080" help:"Address of the page; port 0 selects a free port."`
	Users      int    `default:"250" help:"Number of people in the organisation."`
	Seed       int64  `default:"1" help:"Seed of the simulated organisation."`
	Candidates int    `default:"6" help:"Percentage of inactive people."`
	Data       string `help:"Directory for the bot's database. Without it every run starts empty." placeholder:"DIR"`
	NoBot      bool   `help:"Run only the simulators, without the bot."`
	Grid       bool   `help:"Simulate a workspace in an Enterprise Grid."`
	Manifest   string `help:"Slack app manifest (YAML) with the scopes and commands that the workspace enforces. Default: the bot's manifest." placeholder:"FILE"`
	Addresses  string `help:"Write all addresses and tokens to this file." placeholder:"FILE"`
}

func main() {
	var f flags
	kong.Parse(&f, kong.Name("demo"), kong.Description("Try inactivebot without credentials, against simulated Atlassian and Slack."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, f)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves the simulators, and the bot unless NoBot is set, until ctx ends.
func run(ctx context.Context, f flags) (err error) {
	organisation := atlassiantest.New(atlassiantest.Options{Users: f.Users, Seed: f.Seed, Candidates: f.Candidates})
	app, err := readManifest(f.Manifest)
	if err != nil {
		return err
	}
	sidePanel := newPanel(organisation, !f.NoBot)
	workspace := slacktest.New(workspaceOptions(f, app, sidePanel))
	sidePanel.workspace = workspace
	page, err := serve(f.Listen, workspace)
	if err != nil {
		return fmt.Errorf("cannot serve the page: %w; choose another address with --listen", err)
	}
	defer page.close()
	defer workspace.Close()
	api, err := serve("127.0.0.1:0", organisation)
	if err != nil {
		return err
	}
	defer api.close()
	where := addresses(page.url, api.url, workspace, organisation)
	if f.Addresses != "" {
		if err := where.write(f.Addresses); err != nil {
			return err
		}
	}
	fmt.Printf("The simulated workspace is at %s\nStop with Ctrl-C.\n", where.Page)
	if !isLoopback(strings.TrimPrefix(page.url, "http://")) {
		fmt.Println("Anyone who can reach this computer can use the demo. Omit --listen to allow only this computer.")
	}
	if f.NoBot {
		fmt.Printf("To connect a bot, set these variables in another terminal:\n\n%s\n", where.settings())
		<-ctx.Done()
		return nil
	}
	return runBot(ctx, f, where, sidePanel)
}

// workspaceOptions returns the workspace's options from the command line and
// the app manifest.
func workspaceOptions(f flags, app manifest, sidePanel *panel) slacktest.Options {
	o := slacktest.Options{
		BotScopes: app.scopes, Commands: app.commands, PlainCommands: app.plain, NoMessagesTab: !app.messagesTab, Panel: sidePanel.pagePanel(),
	}
	if slices.Contains(app.commands, ownCommand) {
		o.Completions = completions
	}
	if f.Grid {
		o.EnterpriseID = "E0EXAMPLE01"
	}
	return o
}

// runBot runs the real bot on the simulators and requests a first report.
func runBot(ctx context.Context, f flags, where addressBook, sidePanel *panel) (err error) {
	dir := f.Data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "inactivebot-demo"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	store, err := storage.Open(filepath.Join(dir, "inactivebot.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	sidePanel.lanes.readFrom(store)
	client, err := atlassian.New(atlassian.Config{BaseURL: where.AtlassianURL, OrgID: where.OrgID, APIKey: where.APIKey})
	if err != nil {
		return err
	}
	log := zerolog.New(zerolog.ConsoleWriter{Out: os.Stderr, TimeFormat: time.TimeOnly}).Level(zerolog.WarnLevel).With().Timestamp().Logger()
	b, err := bot.New(settings(where), store, client, slackapi.Config{BotToken: where.BotToken, AppToken: where.AppToken, APIURL: where.SlackAPIURL}, log)
	if err != nil {
		return err
	}
	var helpers sync.WaitGroup
	ctx, stop := context.WithCancel(ctx)
	defer helpers.Wait()
	defer stop()
	if _, reported, err := store.LastReport(); err != nil {
		return err
	} else if !reported {
		helpers.Go(func() { askForReport(ctx, sidePanel.workspace, where) })
	}
	helpers.Go(func() { sidePanel.serveSchedule(ctx, b.RunSlot) })
	return b.Run(ctx)
}

// settings returns the default settings of the real program.
func settings(where addressBook) bot.Settings {
	return bot.Settings{
		Channel: where.Channel, ApproverGroup: where.Group, Schedule: "CRON_TZ=UTC 0 9 * * MON",
		Policy:     policy.Settings{Product: "confluence", InactiveDays: 180},
		MaxSuspend: 50, MaxSuspendPercent: 25, ReportTTL: 7 * 24 * time.Hour, Settle: time.Minute,
	}
}

// server is one listening simulator.
type server struct {
	url   string
	close func()
}

func serve(address string, h http.Handler) (server, error) {
	l, err := listen(address)
	if err != nil {
		return server{}, err
	}
	s := &http.Server{Handler: localOnly(l.Addr(), h), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.Serve(l) }() // Serve always returns an error after Close.
	return server{url: "http://" + l.Addr().String(), close: func() { _ = s.Close() }}, nil
}
