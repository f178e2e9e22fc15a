// Package slackapi is the one way to Slack's Web API. Its HTTP client keeps to
// Slack's rate limits (ratelimit.go), counts requests (count.go), and lets no
// token into an error (redact.go). errors.go sorts Slack's errors into those that
// end the program, those about a channel, and the rest. manifest.go holds the
// manifest of the Slack app.
package slackapi
