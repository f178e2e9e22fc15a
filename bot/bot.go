package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/rs/zerolog"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/atlassian"
	"inactivebot/storage"
)

// Bot is the running program.
type Bot struct {
	settings  Settings
	schedule  cron.Schedule
	store     *storage.Store
	atlassian *atlassian.Client
	slack     *slack.Client
	socket    *socketmode.Client
	http      *http.Client // for the response_url of a press.
	approvers *approvers
	who       *slack.AuthTestResponse // the bot, as Slack knows it; nil before the start.
	metrics   *Metrics
	large     int64 // from how many bytes on the database is spoken of.
	log       zerolog.Logger

	effects  *loop         // acts on Atlassian.
	messages *loop         // posts.
	ending   chan string   // why Slack ends a connection.
	presence time.Duration // how often it is written down that the connection stands.
	settling *settling
	sending  *sending

	reading       reading
	scanning      sync.Mutex // held by the one scan that runs.
	catching      sync.Mutex // held while a slot of the schedule is dealt with.
	directoryOnce sync.Mutex
	directoryID   string // under directoryOnce; empty until it was asked for.

	life    context.Context // Run's: for work that outlives the press that began it.
	working sync.WaitGroup  // that work.
}

// New prepares a bot; nothing is sent before [Bot.Run].
func New(s Settings, store *storage.Store, client *atlassian.Client, sl SlackConfig, log zerolog.Logger) (*Bot, error) {
	schedule, err := cron.ParseStandard(s.Schedule)
	if err != nil {
		return nil, fmt.Errorf("schedule: %w", err)
	}
	if sl.Client == nil {
		sl.Client = &http.Client{Timeout: slackTimeout}
	}
	if sl.Metrics == nil {
		sl.Metrics = NewMetrics()
	}
	sl.Client = quietly(pacing(sl.Metrics.counting(sl.Client, sl.APIURL), sl.APIURL, sl.Metrics.turnTaken), sl.BotToken, sl.AppToken)
	api := slack.New(sl.BotToken, slackOptions(sl)...)
	ending := make(chan string, 16)
	socket := []socketmode.Option{socketmode.OptionDebug(true), socketmode.OptionLog(overheard{ending})} // the socket's alone, and it is kept nowhere.
	if sl.Dialer != nil {
		socket = append(socket, socketmode.OptionDialer(sl.Dialer))
	}
	if sl.MaxPingInterval != 0 {
		socket = append(socket, socketmode.OptionPingInterval(sl.MaxPingInterval))
	}
	b := &Bot{
		settings: s, schedule: schedule, store: store, atlassian: client, slack: api, http: sl.Client, socket: socketmode.New(api, socket...),
		approvers: newApprovers(api, s.Approvers, s.ApproverGroup), metrics: sl.Metrics, log: log, large: largeDatabase,
		ending: ending, presence: max(presenceEvery, sl.MaxPingInterval), settling: newSettling(), sending: newSending(),
	}
	b.effects = newLoop("effects", b.effectsPass, b.fatal)
	b.messages = newLoop("messages", b.messagesPass, b.fatal)
	counted, err := newStored(store, &sl.Metrics.copied, func(err error) { log.Warn().Err(err).Msg("figures not read") })
	if err != nil {
		return nil, err
	}
	return b, sl.Metrics.registry.Register(counted)
}

// Run works until ctx ends, and then leaves everything in a state from which
// the next start goes on. It returns [Refused], [Misset] or a [DirectoryError]
// where a human must change something first, and nil when ctx ended it.
func (b *Bot) Run(parent context.Context) error {
	ctx, stop := context.WithCancelCause(b.log.WithContext(parent))
	defer stop(nil)
	silence, err := b.listen(ctx)
	if err != nil {
		return err
	}
	defer silence()
	if err := b.start(ctx); err != nil {
		return ended(parent, err)
	}
	b.life = ctx
	b.approvers.beside = b.beside
	var parts sync.WaitGroup
	for _, part := range []func(context.Context) error{b.runSocket, b.effects.Run, b.messages.Run, b.runSchedule, b.runCopies} {
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

// beside does something for at most a look-up's time while the bot lives.
func (b *Bot) beside(do func(context.Context)) {
	b.working.Go(func() {
		defer recoverPanic(b.life, nil)
		ctx, cancel := context.WithTimeout(b.life, slackTimeout)
		defer cancel()
		do(ctx)
	})
}

// ended is nil where the program was asked to stop.
func ended(parent context.Context, err error) error {
	if parent.Err() != nil {
		return nil
	}
	return err
}

// start finds out who and where the bot is. An outage is waited out; a refusal
// is final.
func (b *Bot) start(ctx context.Context) error {
	if err := b.store.DropUnfinished(time.Now().UTC()); err != nil {
		return err
	}
	if _, err := b.store.Greet(time.Now().UTC()); err != nil {
		return err
	}
	if !b.settings.Table {
		if err := b.store.SetNoTable(false); err != nil {
			return err
		}
	}
	if _, err := b.store.Settings(b.settings.digests(), time.Now().UTC()); err != nil {
		return err
	}
	if behind, err := b.store.Distrust(time.Now().UTC()); err != nil {
		return err
	} else if behind > 0 {
		b.log.Warn().Dur("behind", behind).Msg("the database may be an older copy")
	}
	if err := b.store.Heartbeat(time.Now().UTC()); err != nil {
		return err
	}
	if err := b.seeKey(); err != nil {
		return err
	}
	if err := b.untilAnswered(ctx, "slack", b.identify); err != nil {
		return err
	}
	if err := b.checkup(ctx); err != nil {
		return err
	}
	return b.untilAnswered(ctx, "atlassian", func(ctx context.Context) error {
		_, err := b.directory(ctx)
		return err
	})
}

// untilAnswered tries again while nobody answers, and gives up only on an
// answer that says no.
func (b *Bot) untilAnswered(ctx context.Context, who string, ask func(context.Context) error) error {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		err := ask(ctx)
		if err == nil || ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		if final := Refusal(err); final != nil {
			return final
		}
		if final := slackRefusal(err); final != nil {
			return final
		}
		b.log.Warn().Err(err).Str("service", who).Dur("again_in", wait).Msg("no answer at start")
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// identify asks Slack which workspace the bot is in.
func (b *Bot) identify(ctx context.Context) error {
	who, err := b.slack.AuthTestContext(ctx)
	if err != nil {
		return fmt.Errorf("ask Slack who the bot is: %w", err)
	}
	b.approvers.home(who.TeamID, who.EnterpriseID)
	b.who = who
	return nil
}

func (b *Bot) wakeEffects() { b.effects.Wake() }

func (b *Bot) wakeMessages() { b.messages.Wake() }

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
