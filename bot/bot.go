package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/robfig/cron/v3"
	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"inactivebot/atlassian"
	"inactivebot/bot/approvers"
	"inactivebot/bot/executor"
	"inactivebot/bot/handler"
	"inactivebot/bot/logging"
	"inactivebot/bot/monitor"
	"inactivebot/bot/publisher"
	"inactivebot/bot/receiver"
	"inactivebot/bot/scan"
	"inactivebot/bot/slackapi"
	"inactivebot/bot/view"
	"inactivebot/storage"
)

// Bot is the running program.
type Bot struct {
	settings  Settings
	schedule  cron.Schedule
	log       zerolog.Logger
	store     *storage.Store
	atlassian *atlassian.Client
	slack     *slackapi.Client
	metrics   *monitor.Metrics
	monitor   *monitor.Server
	approvers *approvers.Approvers
	scans     *scan.Service
	executor  *executor.Executor
	publisher *publisher.Publisher
	receiver  *receiver.Receiver

	who     *slack.AuthTestResponse // the bot's identity in Slack; nil before startup.
	slotMu  sync.Mutex              // held while a slot of the schedule is handled.
	life    context.Context         // the context of Run, for background work.
	working sync.WaitGroup          // the background work.

	compared atomic.Bool // the newest messages in Slack were compared with the database.
}

// New returns a bot. It sends nothing before [Bot.Run]. It fails if the schedule
// is invalid or the database cannot be read.
func New(s Settings, store *storage.Store, client *atlassian.Client, sl slackapi.Config, log zerolog.Logger) (*Bot, error) {
	schedule, err := cron.ParseStandard(s.Schedule)
	if err != nil {
		return nil, fmt.Errorf("schedule: %w", err)
	}
	if sl.Metrics == nil {
		sl.Metrics = monitor.NewMetrics()
	}
	b := &Bot{
		settings: s, schedule: schedule, log: log, store: store, atlassian: client, slack: slackapi.New(sl),
		metrics: sl.Metrics, monitor: monitor.NewServer(sl.Metrics, store, schedule),
	}
	store.UseClock(b.slack.Now)
	b.approvers = approvers.New(b.slack.Client, store, s.Approvers, s.ApproverGroup)
	b.approvers.Background = b.lookUp
	view := view.New(store, b.slack.Client, s.viewOptions())
	b.scans = scan.New(store, client, s.scanOptions())
	b.scans.ApproverEmails, b.scans.IsApprover, b.scans.AfterReport = b.approvers.Emails, b.approvers.HasEmail, b.afterReport
	b.publisher = publisher.New(store, b.slack, b.approvers, view, s.publisherOptions(), b.nextReport, b.fatal)
	effects := s.executorOptions()
	effects.MaySuspend = b.compared.Load
	b.executor = executor.New(store, client, b.scans, effects, b.publisher.Wake, b.fatal)
	h := handler.New(handler.Parts{
		Store: store, Slack: b.slack, Atlassian: client, Approvers: b.approvers, Scans: b.scans, View: view,
		NextReport: b.nextReport, Wake: b.Changed, Background: b.background,
	}, s.handlerOptions())
	b.receiver = receiver.New(b.slack, h, store, sl.Metrics, b.Changed, receiver.Options{Dialer: sl.Dialer, MaxPingInterval: sl.MaxPingInterval})
	return b, sl.Metrics.Watch(store, func(err error) { log.Warn().Err(err).Msg("metrics of the database not read") })
}

// Monitor serves /healthz, /readyz and /metrics.
func (b *Bot) Monitor() http.Handler { return b.monitor.Handler() }

// Run runs the bot until the context ends, and leaves the database in a state
// from which the next start continues. It returns nil after the context ended,
// and a [problem.CredentialsError], [problem.ConfigError] or
// [problem.DirectoryError] if a person must change something first.
func (b *Bot) Run(parent context.Context) error {
	ctx, stop := context.WithCancelCause(b.log.WithContext(parent))
	defer stop(nil)
	closeMonitor, err := b.monitor.Listen(ctx, b.settings.Listen)
	if err != nil {
		return err
	}
	defer closeMonitor()
	if err := b.start(ctx); err != nil {
		return ended(parent, err)
	}
	b.life = ctx
	var parts sync.WaitGroup
	for _, part := range []func(context.Context) error{b.connect, b.executor.Run, b.publisher.Run, b.runSchedule, b.runBackups, b.compareWithSlack, b.approvers.KeepProfiles} {
		parts.Go(func() {
			if err := part(ctx); err != nil {
				stop(err)
			}
		})
	}
	parts.Wait()
	b.working.Wait()
	if replaced, ok := errors.AsType[storage.ErrReplaced](context.Cause(ctx)); ok {
		return b.setAside(ctx, replaced)
	}
	return ended(parent, context.Cause(ctx))
}

// background runs work that outlives the press that started it. Run waits for it
// at shutdown.
func (b *Bot) background(work func(context.Context)) {
	b.working.Go(func() {
		defer logging.RecoverPanic(b.life, nil)
		work(b.life)
	})
}

// lookUp runs a look-up in the background, for at most slackapi.Timeout.
func (b *Bot) lookUp(do func(context.Context)) {
	b.background(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, slackapi.Timeout)
		defer cancel()
		do(ctx)
	})
}

// connect reads who is in the approver group, and then receives presses until ctx ends.
func (b *Bot) connect(ctx context.Context) error {
	if err := b.approvers.Warm(ctx); err != nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("approvers not read at startup")
	}
	return b.receiver.Run(ctx)
}

// ended returns nil if the program was asked to stop, and err otherwise.
func ended(parent context.Context, err error) error {
	if parent.Err() != nil {
		return nil
	}
	return err
}

// fatal returns the error that ends the program because of an error of a pass:
// a damaged or replaced database, or a bot token that Slack no longer accepts. It checks the
// token once more first, because a missing scope of one method or a temporary
// error of Slack must not end the program.
func (b *Bot) fatal(ctx context.Context, err error) error {
	if damaged, ok := errors.AsType[storage.ErrCorrupt](err); ok {
		return damaged
	}
	if replaced, ok := errors.AsType[storage.ErrReplaced](err); ok {
		return replaced
	}
	if slackapi.AsFatal(err) == nil {
		return nil
	}
	return slackapi.AsFatal(b.identify(ctx))
}
