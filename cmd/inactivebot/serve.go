package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/bot"
	"inactivebot/bot/monitor"
	"inactivebot/bot/policy"
	"inactivebot/bot/slackapi"
	"inactivebot/cmd/inactivebot/config"
	"inactivebot/storage"
	"inactivebot/storage/adminsocket"
)

type serveCommand struct{}

// Run runs the bot until the context ends.
func (serveCommand) Run(p *program) (err error) {
	c, err := config.Load(config.NeedEverything, p.sources)
	if err != nil {
		return err
	}
	log := logger(p, c)
	store, err := storage.Open(c.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	metrics := monitor.NewMetrics()
	client, err := atlassianClient(c, metrics.Request)
	if err != nil {
		return err
	}
	slack := slackConfig(c)
	slack.Metrics = metrics
	b, err := bot.New(settings(c), store, client, slack, log)
	if err != nil {
		return err
	}
	socket, err := adminsocket.Serve(store, b.Changed)
	if err != nil {
		log.Warn().Err(err).Msg("no admin socket") // The bot works without it.
	} else {
		defer func() { err = errors.Join(err, socket.Close()) }()
	}
	log.Info().Str("version", version()).Msg("started")
	defer func() { log.Info().Msg("stopped") }()
	return b.Run(p.ctx)
}

// logger returns a logger that writes to stderr; stdout is for the output of
// subcommands.
func logger(p *program, c config.Config) zerolog.Logger {
	out := p.stderr
	if c.LogFormat == "console" {
		out = zerolog.ConsoleWriter{Out: p.stderr}
	}
	log := zerolog.New(out).Level(c.LogLevel).With().Timestamp().Logger()
	zerolog.DefaultContextLogger = &log
	return log
}

func slackConfig(c config.Config) slackapi.Config {
	return slackapi.Config{BotToken: c.SlackBotToken.Reveal(), AppToken: c.SlackAppToken.Reveal(), APIURL: c.SlackAPIURL}
}

// atlassianClient returns a client with these settings. It calls observe, unless
// nil, for every request.
func atlassianClient(c config.Config, observe func(atlassian.Call)) (*atlassian.Client, error) {
	client, err := atlassian.New(atlassian.Config{
		BaseURL: c.AtlassianURL, OrgID: c.OrgID, APIKey: c.APIKey.Reveal(), UserAgent: "inactivebot", Observe: observe,
	})
	if err != nil {
		return nil, fmt.Errorf("set up the Atlassian client: %w", err)
	}
	return client, nil
}

// settings returns the configuration as settings of package bot.
func settings(c config.Config) bot.Settings {
	return bot.Settings{
		Channel: c.Channel, Approvers: c.Approvers, ApproverGroup: c.ApproverGroup, Schedule: c.Schedule, DirectoryID: c.DirectoryID,
		Policy: policySettings(c), MaxSuspend: c.MaxSuspend, MaxSuspendPercent: c.MaxSuspendPercent,
		ReportTTL: c.ReportTTL, ReportOnly: c.ReportOnly, Table: c.Layout == "table", Settle: c.Settle, Retention: c.Retention, Listen: c.Listen, APIKeyExpires: c.APIKeyExpires, APIKeyDigest: digest(c.APIKey.Reveal()),
		AllowPublicChannel: c.AllowPublicChannel, BackupDir: c.BackupDir, BackupKeep: c.BackupKeep,
	}
}

// digest returns a hash of a secret, to detect a new value.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func policySettings(c config.Config) policy.Settings {
	return policy.Settings{
		Product: c.Product, Sites: c.Sites, InactiveDays: c.InactiveDays, Rules: c.Exclude, Protect: c.Protect,
		IgnoreOtherApps: c.OtherApps == "ignore", SuspendIDPManaged: c.IDPManaged == "suspend",
	}
}
