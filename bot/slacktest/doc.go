// Package slacktest is a small Slack workspace on loopback: the Web API, Socket Mode, response URLs, file uploads
// and a page on which a person presses the buttons. It ships with the product, as net/http/httptest does with Go, so
// that the demo, the tests and other people's clients can run against the same thing.
//
// It is as strict as Slack. A simulator that is kinder than the real service hides mistakes, so it imports nothing of
// this module and none of a client library's types: every payload is decoded with structures of its own, measured
// against the published limits and refused in Slack's words.
//
// # The way of a message
//
// A client calls POST /api/chat.postMessage. webapi.go finds the method, its scope and its rate limit; faults.go may
// spoil the call on purpose; validate_*.go judges the blocks; workspace_messages.go keeps what was accepted and gives it a ts.
// Whatever was refused for its contents is remembered as a violation.
//
// # The way of a press
//
// A person presses a button on the page, or a program posts to /_control/press. interaction_press.go builds the payload that Slack
// would send, with a trigger (three seconds, one use) and a response URL (thirty minutes, five uses). socket_envelope.go
// hands it to one connection at random, keeps it in the ledger and waits for the ack: later than three seconds is
// what a person reads as operation_timeout. What is not acked is delivered again.
//
// # The way of a change to the page
//
// Every change closes a channel, and page.go tells the open pages with a server-sent event. A page asks for the
// conversation again and page/draw.js replaces only the messages whose markup differs, so that focus, typing and open
// menus stay. Blocks and elements have one template a type (page/blocks.html, page/elements.html), charts are drawn by
// page_chart.go. There is no build step: what is served is what is in the folder page.
//
// # Paths
//
//	/api/<method>      Web API, https://docs.slack.dev/reference/methods
//	/socket?ticket=…   Socket Mode, https://docs.slack.dev/apis/events-api/using-socket-mode
//	/response/<token>  response URLs
//	/files/…           uploads and downloads
//	/_control/…        what a test or another program asks and does: people, presses, faults, the ledger
//	/                  the page; what somebody else shows beside it is under /panel/, see [Beside]
//
// # Software by others
//
// The folder conformance holds a small app on Slack's own framework, Bolt, in two of its versions, and runs it against
// this workspace in a process of its own; and it has Slack's own types judge what the bot sends. It needs Node.js, so
// it is no Go test: .ci/run runs it.
//
// Time comes from [Options.Now] where Slack would read a clock, and from package time where Slack would wait, so the
// whole workspace lives inside a testing/synctest bubble when it is served over an in-memory listener. No goroutine
// outlives [Server.Close].
package slacktest
