// Package atlassian is a client of the Atlassian Organizations REST API
// (https://developer.atlassian.com/cloud/admin/organization/rest/intro/), for a
// program that may lock people out of a company and therefore has to know what
// it knows.
//
// # One call
//
// Every method builds a request and gives it to one function, [Client.do], which
// waits for the route's turn (ratelimiter.go), sends it once (client.go), has the
// answer judged (response.go) and tries again where that is safe (retry.go).
// Reads are tried again after a 429, a 5xx, no answer or an unreadable one.
// Suspending and restoring are tried again after a 429 alone, because only then
// is it certain that nothing happened. Redirects are never followed: they would
// carry the key elsewhere.
//
// # What an answer is worth
//
// A call ends in a value or in an [Error], whose [Kind] says what the caller may
// do and whose Definite method says whether an effect is impossible. HTML from a
// gateway, an empty 200, a cut body, "data": null or a cursor that comes back are
// [KindUnreadable] and never an empty result. Within a readable page one broken
// field spoils only itself: it becomes unknown ([User.Malformed],
// [Timestamp.Malformed]), never absent, because an absent activity would make an
// active person look inactive.
//
// # Pace
//
// Each route has a pacer, shared by all calls of the client. It learns its budget
// from the headers X-RateLimit-Limit, X-RateLimit-Remaining and
// X-RateLimit-Reset, spends it evenly, and opens each new window with one call
// that asks what the new budget is. Calls whose context was marked with [Urgent]
// go first. The instants in the headers are the server's, so clock.go narrows down
// how far its clock is from ours.
//
// # Where to read next
//
// user_search.go is the scan, activity.go the other way to learn when somebody was last
// active, suspend.go takes access away and gives it back.
package atlassian
