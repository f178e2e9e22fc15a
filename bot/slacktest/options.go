package slacktest

import (
	"slices"
	"time"
)

// Options configure the workspace. The zero value is an ordinary workspace.
type Options struct {
	// Now is the workspace's clock: message timestamps, expiry of triggers and response URLs, rate limits. Nil means
	// time.Now.
	Now func() time.Time

	// BotScopes are granted to the bot token. Nil means [DefaultBotScopes].
	BotScopes []string

	// Commands are the app's slash commands. Nil means /inactive. Without the scope commands there are none.
	Commands []string

	// PlainCommands are the commands whose text is sent as typed, because the app's manifest does not set
	// should_escape for them.
	PlainCommands []string

	// NoMessagesTab starts without the app's Messages tab, as a manifest without features.app_home.messages_tab_enabled
	// does. [Server.SetMessagesTab] changes it. The product's manifest has the tab.
	NoMessagesTab bool

	// NoRateLimits disables Slack's rate limits, which are enabled by default.
	NoRateLimits bool

	// PingInterval is the time between two pings on a connection. Zero means 10 seconds.
	PingInterval time.Duration

	// RedeliverAfter is the time without an ack after which an envelope is sent again. Zero means 10 seconds.
	RedeliverAfter time.Duration

	// Panel is shown next to the conversation on the page. Nil shows no panel.
	Panel *Panel

	// Completions are the page's completions for the first command. Nil completes only the command itself.
	Completions []Completion

	// EnterpriseID puts the workspace on an Enterprise Grid with a second workspace, one of whose users is in the admin
	// channel. Empty means no Grid.
	EnterpriseID string
}

const (
	defaultPingInterval   = 10 * time.Second
	defaultRedeliverAfter = 10 * time.Second
)

// DefaultBotScopes returns the scopes in the product's manifest.
func DefaultBotScopes() []string {
	return []string{
		"channels:history", "channels:read", "chat:write", "commands", "files:write", "groups:history", "groups:read",
		"im:write", "usergroups:read", "users:read", "users:read.email",
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
