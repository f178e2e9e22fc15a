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
	// Metrics counts the requests. It is required for [NewSlackClient].
	Metrics *Metrics
}

// SlackClient is the bot's access to Slack's Web API.
type SlackClient struct {
	*slack.Client
	HTTP *http.Client // sends answers to the response_url of a press.
}

// NewSlackClient returns a client that keeps to Slack's rate limits, counts its
// requests, and lets no token into an error.
func NewSlackClient(c SlackConfig) *SlackClient {
	client := counting(c.httpClient(), c.APIURL, c.Metrics)
	client = Pacing(client, c.APIURL, func(method string, waited time.Duration) { c.Metrics.slackWaited(routeOf(method), waited) })
	return c.clientOver(client)
}

// NewUnlimitedSlackClient returns a client without rate limits and counts, for the few
// requests of a check. No token gets into its errors either.
func NewUnlimitedSlackClient(c SlackConfig) *SlackClient { return c.clientOver(c.httpClient()) }

func (c SlackConfig) httpClient() *http.Client {
	if c.Client == nil {
		return &http.Client{Timeout: slackTimeout}
	}
	return c.Client
}

func (c SlackConfig) clientOver(client *http.Client) *SlackClient {
	client = quietly(client, c.BotToken, c.AppToken)
	options := []slack.Option{slack.OptionAppLevelToken(c.AppToken), slack.OptionHTTPClient(client)}
	if c.APIURL != "" {
		options = append(options, slack.OptionAPIURL(c.APIURL))
	}
	return &SlackClient{Client: slack.New(c.BotToken, options...), HTTP: client}
}

// slackTimeout is the timeout of one request to Slack's Web API.
const slackTimeout = 15 * time.Second
