// Package slackapi is the one way to Slack's Web API. Its HTTP client keeps to
// Slack's rate limits (ratelimit.go), counts requests (count.go), and lets no
// token into an error (redact.go). fatal.go describes the errors that end the
// program, errors.go recognises those about a channel. manifest.go holds the
// manifest of the Slack app.
package slackapi
