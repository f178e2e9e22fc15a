package slackapi

import (
	"context"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"inactivebot/bot/reconcile"

	"github.com/slack-go/slack"
	"golang.org/x/time/rate"
)

const (
	// maxWait is how long a request may wait for the rate limit. A request that
	// would wait longer gets a 429 at once, so that the loops continue with
	// other work.
	maxWait = 5 * time.Second
	// methodOpen is the method that opens a connection.
	methodOpen = "apps.connections.open"
	// opensPerMinute limits the connections opened in a minute: the library
	// opens connections as fast as it can when Slack accepts and closes them,
	// or has too many. The first openBurst open at once, so that a refresh
	// leaves no gap.
	opensPerMinute, openBurst = 10, 3
	// methodPost is the method with a limit for each channel: one message a
	// second.
	methodPost = "chat.postMessage"
	// maxBudgets is the most budgets kept in memory, because each channel with a
	// post has one.
	maxBudgets = 1000
	// defaultPerMinute is the limit of a method without an entry in perMinute:
	// the lowest limit of any method the bot may use.
	defaultPerMinute = 20
)

// perMinute is the number of requests a minute that Slack allows for each method,
// see
// https://docs.slack.dev/apis/web-api/rate-limits.
var perMinute = map[string]int{
	"auth.test": 300, "blocks.validate": 100, "chat.getPermalink": 300,
	"chat.update": 50, "chat.delete": 50, "chat.postEphemeral": 100,
	"views.open": 100, "views.push": 100, "views.update": 100, "views.publish": 100,
	"users.info": 100, "users.lookupByEmail": 50, "users.list": 20, "usergroups.users.list": 20,
	"conversations.info": 50, "conversations.open": 50, "conversations.history": 50, "conversations.replies": 50,
	"conversations.members": 100, "files.getUploadURLExternal": 100, "files.completeUploadExternal": 100, "files.delete": 50,
}

// rateLimiter is the transport of all Slack requests. It limits the rate of
// each method and, after a 429, blocks the method for the Retry-After period.
type rateLimiter struct {
	next   http.RoundTripper
	api    string                      // URL prefix of all methods.
	waited func(string, time.Duration) // receives the wait of each request for the rate limit; may be nil.

	mu      sync.Mutex
	budgets map[string]*budget
}

// budget is the rate limit of one method, or of posts to one channel.
type budget struct {
	limit        *rate.Limiter
	blockedUntil time.Time // end of the wait after a 429.
}

// RateLimited returns the client with a [rateLimiter] as its transport. It calls
// waited, unless nil, with the wait of each request.
func RateLimited(c *http.Client, api string, waited func(string, time.Duration)) *http.Client {
	if api == "" {
		api = slack.APIURL
	}
	out := *c
	next := c.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	out.Transport = &rateLimiter{next: next, api: api, waited: waited, budgets: map[string]*budget{}}
	return &out
}

// RoundTrip implements [http.RoundTripper]. A request waits no longer than its
// context. A request that would wait too long gets a 429 without being sent. A
// request that is not to a Web API method passes unchanged.
func (p *rateLimiter) RoundTrip(r *http.Request) (*http.Response, error) {
	path, ok := strings.CutPrefix(r.URL.String(), p.api)
	if !ok {
		return p.next.RoundTrip(r)
	}
	method, _, _ := strings.Cut(path, "?")
	key := method
	if method == methodPost {
		key += " " + channelOf(r)
	}
	asked := time.Now()
	again, err := p.acquire(r.Context(), method, key)
	if p.waited != nil {
		p.waited(method, time.Since(asked))
	}
	switch {
	case err != nil:
		closeBody(r)
		return nil, err
	case again > 0:
		closeBody(r)
		return tooManyRequests(r, again), nil
	}
	resp, err := p.next.RoundTrip(r)
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		p.block(key, resp.Header.Get("Retry-After"))
	}
	return resp, err
}

// acquire waits until a request may be sent. If the wait is too long, it returns
// the time after which to retry.
func (p *rateLimiter) acquire(ctx context.Context, method, key string) (again time.Duration, err error) {
	last := time.Now().Add(maxWait)
	if method == methodOpen {
		last = time.Now().Add(time.Minute)
	}
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(last) {
		last = deadline
	}
	for taken := false; ; {
		wait, slot := p.blockedFor(key), (*rate.Reservation)(nil)
		if wait <= 0 && taken {
			return 0, nil
		}
		if wait <= 0 {
			taken, slot = true, p.budget(key).limit.Reserve()
			wait = slot.Delay()
		}
		if time.Now().Add(wait).After(last) {
			release(slot)
			return wait, nil
		}
		if err := reconcile.Sleep(ctx, wait); err != nil {
			release(slot)
			return 0, err
		}
	}
}

func release(slot *rate.Reservation) {
	if slot != nil {
		slot.Cancel()
	}
}

// budget returns the budget of a key. It creates the budget if there is none.
func (p *rateLimiter) budget(key string) *budget {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b := p.budgets[key]; b != nil {
		return b
	}
	if len(p.budgets) > maxBudgets {
		clear(p.budgets)
	}
	b := &budget{limit: limiter(key)}
	p.budgets[key] = b
	return b
}

// limiter returns a limiter that allows half of a minute's requests as a burst, so
// that a press does not wait in normal use, and spreads the other half over the
// minute. The sum never exceeds Slack's limit.
func limiter(key string) *rate.Limiter {
	method, _, _ := strings.Cut(key, " ")
	switch method {
	case methodPost:
		return rate.NewLimiter(rate.Every(BetweenPosts), 1)
	case methodOpen:
		return rate.NewLimiter(rate.Every(time.Minute/(opensPerMinute-openBurst)), openBurst)
	}
	n := defaultPerMinute
	if known, ok := perMinute[method]; ok {
		n = known
	}
	return rate.NewLimiter(rate.Every(2*time.Minute/time.Duration(n)), n/2)
}

// blockedFor returns how long a key is still blocked; zero or less means that
// it is not.
func (p *rateLimiter) blockedFor(key string) time.Duration {
	b := p.budget(key)
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Until(b.blockedUntil)
}

// block blocks a key for the number of seconds that Slack returned.
func (p *rateLimiter) block(key, seconds string) {
	n, err := strconv.Atoi(seconds)
	if err != nil || n < 1 {
		n = 1
	}
	b := p.budget(key)
	p.mu.Lock()
	defer p.mu.Unlock()
	b.blockedUntil = time.Now().Add(time.Duration(n) * time.Second)
}

// channelOf returns the channel of a post, and an empty string if it cannot be
// read.
func channelOf(r *http.Request) string {
	if r.GetBody == nil {
		return ""
	}
	body, err := r.GetBody()
	if err != nil {
		return ""
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	if err != nil {
		return ""
	}
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return ""
	}
	return form.Get("channel")
}

// tooManyRequests returns a response like that of Slack to a request over the rate
// limit.
func tooManyRequests(r *http.Request, after time.Duration) *http.Response {
	seconds := strconv.Itoa(int(math.Ceil(after.Seconds())))
	return &http.Response{
		StatusCode: http.StatusTooManyRequests, Proto: r.Proto, ProtoMajor: r.ProtoMajor, ProtoMinor: r.ProtoMinor,
		Header: http.Header{"Retry-After": {seconds}}, Body: http.NoBody, Request: r,
	}
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}

// BetweenPosts is the time between two messages to one channel that Slack
// requires, see
// https://docs.slack.dev/reference/methods/chat.postMessage.
const BetweenPosts = time.Second
