// Package slacktest simulates a Slack workspace on the loopback interface: the Web API, Socket Mode, response URLs,
// file uploads and a web page on which a person presses the buttons. It is part of the product, as net/http/httptest is
// part of Go, so that the demo, the tests and other programs run against the same workspace.
//
// # Parts
//
//	workspace     the shared state and its lock: users, groups, channels, messages, views, files, calls, violations
//	webAPI        the methods that the app calls, their scopes and rate limits; response URLs and uploads
//	socketMode    connections, envelopes and acks
//	interactions  people's actions: commands, presses, submissions; their payloads and the effect of an ack
//	faults        errors, delays and lost responses that a test injects
//	control       the control API for tests and other programs
//	page          the web page
//
// [Server] connects them. Its methods are the control API in Go.
//
// # Validation
//
// It is as strict as Slack, because a lenient simulator hides mistakes. It imports nothing from this module and no
// types of a client library. It decodes each payload itself, validates it against Slack's published limits
// (validate_*.go) and rejects it with Slack's error codes and JSON pointers. An invalid payload is also listed as a
// violation.
//
// # From a call to a message
//
// A client calls POST /api/chat.postMessage. webapi_faults.go applies a fault, if one is pending. webapi.go checks the
// token, the scope and the rate limit. validate_*.go checks the blocks. workspace_messages.go stores the message and
// assigns a ts.
//
// # From a press to an ack
//
// A person presses a button on the page, or a program posts to /_control/press. interaction_press.go builds the payload
// that Slack sends, with a trigger (valid for three seconds and one use) and a response URL (thirty minutes, five
// uses). socket_envelope.go sends it over a random connection, records it in the ledger and waits for the ack. After
// three seconds without an ack, the person sees operation_timeout. Envelopes without an ack are redelivered.
//
// # From a change to the page
//
// Each change closes a channel, and page.go notifies the open pages with a server-sent event. A page then requests the
// conversation again, and page/draw.js replaces only the messages whose markup has changed, so that focus, typed text
// and open menus are kept. Each block and element type has a template (page/blocks.html, page/elements.html);
// page_chart.go draws the charts. There is no build step: the files in the folder page are served unchanged.
//
// # Use in tests
//
// A test acts as a person ([Server.Press], [Server.Command], [Server.Submit]), reads what the person would see
// ([Server.Messages], [Server.Ephemerals], [Server.Views], [Server.Files]), changes people and channels
// ([Server.SetUser], [Server.SetChannel], [Server.SetMessagesTab]), injects faults ([Server.Fault]), ends connections ([Server.Disconnect]),
// forges or replays envelopes ([Server.Envelope]), and checks the ledger, the calls and the violations ([Server.Acks],
// [Server.Calls], [Server.Violations]).
//
// # Paths
//
//	/api/<method>      Web API, https://docs.slack.dev/reference/methods
//	/socket?ticket=…   Socket Mode, https://docs.slack.dev/apis/events-api/using-socket-mode
//	/response/<token>  response URLs
//	/files/…           uploads and downloads
//	/_control/…        the control API
//	/                  the page; an optional panel is served under /panel/, see [Panel]
//
// # Conformance
//
// The folder conformance contains a small app on Slack's own framework, Bolt, in two versions, and runs it against this
// workspace in a separate process. It also checks the bot's payloads with Slack's own types. It needs Node.js, so it is
// not a Go test: .ci/run runs it.
//
// # Time
//
// [Options.Now] is the workspace's clock. Waiting uses package time. The workspace therefore works inside a
// testing/synctest bubble if it is served over an in-memory listener. No goroutine outlives [Server.Close].
package slacktest
