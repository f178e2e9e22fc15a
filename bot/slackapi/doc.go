// Package slackapi is the client of Slack's Web API. Its HTTP client respects
// Slack's rate limits (ratelimit.go), counts requests (count.go), and removes
// tokens from errors (redact.go). fatal.go describes the errors that end the
// program, errors.go recognises those about a channel. manifest.go contains the
// manifest of the Slack app.
package slackapi
