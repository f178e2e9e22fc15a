package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/robfig/cron/v3"
	"github.com/rs/zerolog"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/atlassian"
	"inactivebot/storage"
)

// SlackConfig is how the bot reaches its workspace.
type SlackConfig struct {
	BotToken string // xoxb-…
	AppToken string // xapp-…
	APIURL   string // ends in a slash; empty: Slack's own.
	// Client sends the requests; nil means one with a time limit of its own.
	Client *http.Client
	// Dialer opens the WebSocket; nil means the library's.
	Dialer *websocket.Dialer
	// MaxPingInterval is how long the connection may be silent before it is
	// opened anew; 0 means the library's 30 s.
	MaxPingInterval time.Duration
	// Metrics counts what goes to and fro; nil means figures that nobody reads.
	Metrics *Metrics
}

// Refused is an answer at the start that no waiting can change: a token or a
// key that is wrong. Its text says what to do.
type Refused struct{ Fix string }

func (e Refused) Error() string { return e.Fix }

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

	effects  chan struct{} // a wake-up for the loop that acts on Atlassian.
	messages chan struct{} // a wake-up for the loop that posts.
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
		effects: make(chan struct{}, 1), messages: make(chan struct{}, 1), ending: ending, presence: max(presenceEvery, sl.MaxPingInterval), settling: newSettling(), sending: newSending(),
	}
	counted, err := newStored(store, &sl.Metrics.copied, func(err error) { log.Warn().Err(err).Msg("figures not read") })
	if err != nil {
		return nil, err
	}
	return b, sl.Metrics.registry.Register(counted)
}

func slackOptions(sl SlackConfig) []slack.Option {
	options := []slack.Option{slack.OptionAppLevelToken(sl.AppToken), slack.OptionHTTPClient(sl.Client)}
	if sl.APIURL != "" {
		options = append(options, slack.OptionAPIURL(sl.APIURL))
	}
	return options
}

// slackTimeout is how long one call of Slack's Web API may take.
const slackTimeout = 15 * time.Second

// Run works until ctx ends, and then leaves everything in a state from which
// the next start goes on. It returns [Refused], [Misset] or a [DirectoryError]
// where a human must change something first, and nil when ctx ended it.
func (b *Bot) Run(parent context.Context) error {
	ctx, stop := context.WithCancelCause(parent)
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
	for _, part := range []func(context.Context) error{b.runSocket, b.runEffects, b.runMessages, b.runSchedule, b.runCopies} {
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
		defer b.caught(nil)
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

// Refusal is the error as a [Refused] or [DirectoryError], nil where waiting
// may help.
func Refusal(err error) error {
	if _, ok := errors.AsType[DirectoryError](err); ok {
		return err
	}
	switch atlassian.KindOf(err) {
	case atlassian.KindUnauthorized:
		return Refused{"Atlassian refuses the API key (ATLASSIAN_API_KEY): make a new one without scopes at admin.atlassian.com → Settings → API keys"}
	case atlassian.KindForbidden:
		return Refused{"the API key (ATLASSIAN_API_KEY) may not manage this organisation: an organisation admin must make it, without scopes, at admin.atlassian.com → Settings → API keys"}
	case atlassian.KindNotFound:
		return Refused{"Atlassian knows no such organisation (ATLASSIAN_ORG_ID): copy it from admin.atlassian.com → Settings → API keys"}
	}
	return slackRefusal(err)
}

// slackRefusals are the answers of Slack that no waiting can change.
var slackRefusals = map[string]string{
	"invalid_auth":           "Slack does not know the token",
	"not_authed":             "Slack got no token",
	"account_inactive":       "the token's app was removed from the workspace",
	"token_revoked":          "the token was revoked",
	"token_expired":          "the token has expired",
	"not_allowed_token_type": "the token is of the wrong kind: SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp-",
	"missing_scope":          "a scope is missing: install the app again with the manifest of README",
	"forbidden_team":         "the app may not be used in this workspace",
	"link_disabled":          "Socket Mode is off for the app: turn it on at api.slack.com/apps",
}

func slackRefusal(err error) error {
	var said slack.SlackErrorResponse
	if !errors.As(err, &said) {
		return nil
	}
	if what, ok := slackRefusals[said.Err]; ok {
		return Refused{what + " (SLACK_BOT_TOKEN, SLACK_APP_TOKEN); see api.slack.com/apps"}
	}
	return nil
}

// socketRefusal is the error as a [Refused] where the app-level token can open no
// connection whatever we wait for. The library tries most of these for ever.
func socketRefusal(err error) error {
	said, ok := errors.AsType[slack.SlackErrorResponse](err)
	if !ok {
		return nil
	}
	what, ok := slackRefusals[said.Err]
	switch {
	case !ok:
		return nil
	case said.Err == "missing_scope":
		what = "the app-level token may not open connections"
	}
	return Refused{what + " (SLACK_APP_TOKEN). Socket Mode must be on, and the token, from Basic Information → App-Level Tokens, must have the scope connections:write; see api.slack.com/apps"}
}

// sleep waits for d or the end of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func (b *Bot) wakeEffects() { wake(b.effects) }

func (b *Bot) wakeMessages() { wake(b.messages) }

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
