package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/robfig/cron/v3"
	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"inactivebot/atlassian"
	"inactivebot/storage"
)

// Bot is the running program.
type Bot struct {
	settings  Settings
	schedule  cron.Schedule
	log       zerolog.Logger
	store     *storage.Store
	atlassian *atlassian.Client
	slack     *SlackClient
	metrics   *Metrics
	monitor   *monitorServer
	approvers *approvers
	scans     *scanService
	executor  *Executor
	publisher *Publisher
	receiver  *Receiver

	who     *slack.AuthTestResponse // the bot, as Slack knows it; nil before the start.
	slotMu  sync.Mutex              // held while a slot of the schedule is handled.
	life    context.Context         // Run's, for work that outlives the press that began it.
	working sync.WaitGroup          // that work.
}

// New prepares a bot; nothing is sent before [Bot.Run].
func New(s Settings, store *storage.Store, client *atlassian.Client, sl SlackConfig, log zerolog.Logger) (*Bot, error) {
	schedule, err := cron.ParseStandard(s.Schedule)
	if err != nil {
		return nil, fmt.Errorf("schedule: %w", err)
	}
	if sl.Metrics == nil {
		sl.Metrics = NewMetrics()
	}
	b := &Bot{
		settings: s, schedule: schedule, log: log, store: store, atlassian: client, slack: NewSlackClient(sl),
		metrics: sl.Metrics, monitor: newMonitorServer(sl.Metrics, store, schedule),
	}
	b.approvers = newApprovers(b.slack.Client, s.Approvers, s.ApproverGroup)
	b.approvers.beside = b.lookUp
	view := newView(store, b.slack.Client, s.viewOptions())
	b.scans = newScanService(store, client, s.scanOptions())
	b.scans.ApproverEmails, b.scans.AfterReport = b.approvers.emails, b.afterReport
	b.publisher = newPublisher(store, b.slack, b.approvers, view, s.publisherOptions(), b.nextReport, b.fatal)
	b.executor = newExecutor(store, client, b.scans, s.executorOptions(), b.publisher.Wake, b.fatal)
	h := newEventHandler(handlerParts{
		Store: store, Slack: b.slack, Atlassian: client, Approvers: b.approvers, Scans: b.scans, View: view,
		NextReport: b.nextReport, Wake: b.Changed, Background: b.background,
	}, s.handlerOptions())
	b.receiver = newReceiver(b.slack, h, store, sl.Metrics, b.Changed, receiverOptions{sl.Dialer, sl.MaxPingInterval})
	return b, sl.Metrics.watch(store, func(err error) { log.Warn().Err(err).Msg("figures not read") })
}

// Monitor serves /healthz, /readyz and /metrics.
func (b *Bot) Monitor() http.Handler { return b.monitor.Handler() }

// Run works until ctx ends, and then leaves everything in a state from which
// the next start goes on. It returns [Refused], [Misset] or a [DirectoryError]
// where a human must change something first, and nil when ctx ended it.
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
	for _, part := range []func(context.Context) error{b.connect, b.executor.Run, b.publisher.Run, b.runSchedule, b.runCopies} {
		parts.Go(func() {
			if err := part(ctx); err != nil {
				stop(err)
			}
		})
	}
	parts.Wait()
	b.working.Wait()
	return ended(parent, context.Cause(ctx))
}

// background runs work that outlives the press that began it. The bot waits for it
// before it stops.
func (b *Bot) background(work func(context.Context)) {
	b.working.Go(func() {
		defer recoverPanic(b.life, nil)
		work(b.life)
	})
}

// lookUp runs a look-up in the background, for at most the time of one request.
func (b *Bot) lookUp(do func(context.Context)) {
	b.background(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, slackTimeout)
		defer cancel()
		do(ctx)
	})
}

// connect reads the approvers, so that the first press does not wait for Slack, and then
// takes presses until ctx ends.
func (b *Bot) connect(ctx context.Context) error {
	if err := b.approvers.warm(ctx); err != nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("approvers cannot be read yet")
	}
	return b.receiver.Run(ctx)
}

// ended is nil where the program was asked to stop.
func ended(parent context.Context, err error) error {
	if parent.Err() != nil {
		return nil
	}
	return err
}

// fatal returns the error that ends the program because of an error of a pass:
// a damaged database, which nothing may act on, or a bot token that Slack no
// longer accepts. The token is checked once more first: a scope that one method
// lacks, or a passing error of Slack, ends nothing.
func (b *Bot) fatal(ctx context.Context, err error) error {
	if damaged, ok := errors.AsType[storage.ErrCorrupt](err); ok {
		return damaged
	}
	if slackRefusal(err) == nil {
		return nil
	}
	return slackRefusal(b.identify(ctx))
}
