package slacktest

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/time/rate"
)

const (
	// postInterval is the sustained interval of chat.postMessage per channel.
	postInterval = time.Second
	// postBurst is the number of messages that a channel accepts at once. Slack allows "short bursts".
	postBurst = 5
)

// limits holds the rate limiters by method, and by channel for chat.postMessage.
type limits struct {
	buckets map[string]*rate.Limiter
}

func newLimits() limits { return limits{buckets: map[string]*rate.Limiter{}} }

// rateLimitWait counts a call and returns how many seconds the client must wait, zero if the call is allowed. The
// caller holds mu.
func (a *webAPI) rateLimitWait(name string, perMinute int, channel string) int {
	if a.ws.options.NoRateLimits {
		return 0
	}
	if name == "chat.postMessage" {
		if im := a.ws.directMessageWith(channel); im != nil {
			channel = im.ID
		}
		return a.limits.take(name+" "+channel, rate.Every(postInterval), postBurst, a.ws.options.Now())
	}
	return a.limits.take(name, rate.Limit(float64(perMinute)/60), perMinute, a.ws.options.Now())
}

func (l *limits) take(key string, limit rate.Limit, burst int, now time.Time) int {
	bucket := l.buckets[key]
	if bucket == nil {
		bucket = rate.NewLimiter(limit, burst)
		l.buckets[key] = bucket
	}
	reservation := bucket.ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait > 0 {
		reservation.CancelAt(now)
	}
	return int(math.Ceil(wait.Seconds()))
}

func (a *webAPI) replyRateLimited(w http.ResponseWriter, name string, seconds int) {
	a.ws.recordCall(name, http.StatusTooManyRequests, "ratelimited")
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	writeJSON(w, http.StatusTooManyRequests, object{"ok": false, "error": "ratelimited"})
}
