package bot

import (
	"net/http"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
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

func slackOptions(sl SlackConfig) []slack.Option {
	options := []slack.Option{slack.OptionAppLevelToken(sl.AppToken), slack.OptionHTTPClient(sl.Client)}
	if sl.APIURL != "" {
		options = append(options, slack.OptionAPIURL(sl.APIURL))
	}
	return options
}

// slackTimeout is how long one call of Slack's Web API may take.
const slackTimeout = 15 * time.Second
