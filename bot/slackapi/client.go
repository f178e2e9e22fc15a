package slackapi

import (
	"net/http"
	"time"

	"inactivebot/bot/monitor"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
)

// Config configures a [Client].
type Config struct {
	BotToken string // xoxb-…
	AppToken string // xapp-…
	APIURL   string // ends with a slash; empty: Slack's.
	// Client sends the requests; nil means a client with [Timeout].
	Client *http.Client
	// Dialer opens the WebSocket; nil means the library's default.
	Dialer *websocket.Dialer
	// MaxPingInterval is how long the connection may be idle before it is
	// replaced; 0 means the library's default of 30 s.
	MaxPingInterval time.Duration
	// Metrics counts the requests. It is required for [New].
	Metrics *monitor.Metrics
}

// Client is the bot's access to Slack's Web API.
type Client struct {
	*slack.Client
	HTTP  *http.Client // sends responses to a response_url.
	clock *clock
}

// Now returns the time by Slack's clock, as its responses tell it: at most about a
// second too early and never too late. It is zero before the first response.
func (c *Client) Now() time.Time { return c.clock.Now() }

// New returns a client that respects Slack's rate limits, counts its requests, and
// removes tokens from errors.
func New(c Config) *Client {
	client := counting(c.httpClient(), c.APIURL, c.Metrics)
	client = RateLimited(client, c.APIURL, func(method string, waited time.Duration) { c.Metrics.SlackWaited(routeOf(method), waited) })
	return c.clientOver(client)
}

// NewUnlimited returns a client without rate limits and metrics, for the few
// requests of a check. It also removes tokens from errors.
func NewUnlimited(c Config) *Client { return c.clientOver(c.httpClient()) }

func (c Config) httpClient() *http.Client {
	if c.Client == nil {
		return &http.Client{Timeout: Timeout}
	}
	return c.Client
}

func (c Config) clientOver(client *http.Client) *Client {
	clock := &clock{}
	client = redacted(timed(client, clock), c.BotToken, c.AppToken)
	options := []slack.Option{slack.OptionAppLevelToken(c.AppToken), slack.OptionHTTPClient(client)}
	if c.APIURL != "" {
		options = append(options, slack.OptionAPIURL(c.APIURL))
	}
	return &Client{Client: slack.New(c.BotToken, options...), HTTP: client, clock: clock}
}

// Timeout is the timeout of one request to Slack's Web API.
const Timeout = 15 * time.Second
