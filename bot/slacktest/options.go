package slacktest

import (
	"slices"
	"time"
)

// Options say how the workspace differs from an ordinary one. The zero value is an ordinary one.
type Options struct {
	// Now is the workspace's clock: message timestamps, expiry of triggers and response URLs, rate limits. Nil means
	// time.Now.
	Now func() time.Time

	// BotScopes are granted to the bot token. Nil means [DefaultBotScopes].
	BotScopes []string

	// Commands are the app's slash commands. Nil means /inactive alone. Without the scope commands there are none.
	Commands []string

	// PlainCommands are those of the commands whose text is sent as it was typed, because the app's manifest does not
	// say should_escape.
	PlainCommands []string

	// NoRateLimits switches Slack's rate limits off; they are on by default.
	NoRateLimits bool

	// PingInterval is the time between two pings on a connection. Zero means 10 seconds.
	PingInterval time.Duration

	// RedeliverAfter is how long an envelope stays without an ack before it is sent again. Zero means 10 seconds.
	RedeliverAfter time.Duration

	// Beside is shown beside the conversation on the page. Nil means nothing is.
	Beside *Beside

	// Hints complete what is typed after the first command, on the page. Nil means that only commands are completed.
	Hints []Hint

	// EnterpriseID puts the workspace on an Enterprise Grid, beside a second workspace of the same enterprise, with
	// whose colleague it shares the admin channel. Empty means that it is not on one.
	EnterpriseID string
}

const (
	defaultPingInterval   = 10 * time.Second
	defaultRedeliverAfter = 10 * time.Second
)

// DefaultBotScopes returns the scopes that the product's manifest asks for.
func DefaultBotScopes() []string {
	return []string{
		"channels:history", "channels:read", "chat:write", "commands", "files:write", "groups:history", "groups:read",
		"usergroups:read", "users:read", "users:read.email",
	}
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.BotScopes == nil {
		o.BotScopes = DefaultBotScopes()
	}
	if o.Commands == nil {
		o.Commands = []string{"/inactive"}
	}
	if o.PingInterval == 0 {
		o.PingInterval = defaultPingInterval
	}
	if o.RedeliverAfter == 0 {
		o.RedeliverAfter = defaultRedeliverAfter
	}
	o.BotScopes = slices.Sorted(slices.Values(o.BotScopes))
	return o
}
