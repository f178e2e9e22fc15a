// Package atlassian is a client for the Atlassian Organizations REST API
// (https://developer.atlassian.com/cloud/admin/organization/rest/intro/). Its
// caller suspends people based on the responses, so the client never reports
// missing or broken data as empty data.
//
// # Files, in reading order
//
//   - config.go, client.go: [Config] and [Client]; ids.go checks ids.
//   - user_search.go: [Client.Users] lists a directory for a scan; user.go
//     reads and decodes one user.
//   - activity.go: [Client.LastActive], the other source of last-active dates.
//   - suspend.go: [Client.Suspend] and [Client.Restore].
//   - directories.go, organization.go: what the API key can access.
//   - request.go, retry.go, response.go, errors.go, paging.go: how every call is
//     sent, checked and retried.
//   - ratelimit.go, ratelimiter.go, priority.go, clock.go: when a call is sent.
//   - decode.go, timestamp.go: fields that may be missing or malformed.
//
// # Requests
//
// Every method builds a request and passes it to [Client.do]. It waits for the
// rate limit, sends the request, checks the response and retries if that is
// safe. Reads are retried after a 429, a 5xx, a failed connection or an
// unreadable response. Suspend and Restore are retried only after a 429, because
// only then the request certainly had no effect. Redirects are never followed,
// because that would send the API key to another host.
//
// # Errors
//
// A failed call returns an [Error]. Its [Kind] tells the caller what to do, and
// [Error.Definite] reports whether the request certainly had no effect. HTML
// from a gateway, an empty body, a truncated body, "data": null and a repeated
// cursor are [KindUnreadable]; none of them is returned as an empty result. A
// malformed field of a user does not fail the page. The field is unknown
// ([User.Malformed], [Timestamp.Malformed]) and not absent, because a person
// without activity would look inactive.
//
// # Rate limits
//
// The client has one rate limiter for each route. It reads X-RateLimit-Limit,
// X-RateLimit-Remaining and X-RateLimit-Reset, spreads the requests over the
// window, and starts each new window with a single request to learn its limit.
// Requests whose context is marked with [Urgent] or [Prompt] go first. Reset
// times are given by the server's clock, so the client estimates the difference
// between that clock and its own.
//
// # What it never does
//
// The client never logs, stores anything or starts background work. No error and
// no printed value contains the API key.
package atlassian
