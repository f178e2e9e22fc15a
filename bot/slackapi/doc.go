// Package slackapi is the client of Slack's Web API. Its HTTP client respects
// Slack's rate limits (ratelimit.go), counts requests (count.go), and removes
// tokens from errors (redact.go). errors.go classifies Slack's errors: those that
// end the program, those about a channel, and the rest. manifest.go contains the
// manifest of the Slack app.
package slackapi
