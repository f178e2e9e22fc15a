// Package atlassiantest is a small Atlassian organisation that ships with the
// product: an [http.Handler] that behaves as the Organizations REST API is
// documented to behave, full of people made up from a seed, and able to break
// in every way the real service has been seen to break.
//
// The demo runs on it, all tests run on it, and programs written by others may
// run on it through its control API. It imports nothing of this module and has
// its own wire types, so that a wrong tag in a client is caught instead of
// shared.
//
// # The story of a request
//
// [Server] takes two kinds of path. What begins with /admin/ is the API, what
// begins with /_control/ is the control API.
//
// A call to the API is matched to a route of the table in routes.go, written to
// the request log, met by the first [Fault] that fits it, checked for its key,
// counted against the route's limit, refused if the route has ended, and only
// then carried out by its handler. A handler returns an answer or a refusal and
// never writes; response.go writes, and bends the answer where a fault says so.
//
// # The people
//
// A person is computed from the seed and their number in the directory and is
// stored only once something changed them, so that a million people cost no
// memory and a page costs the same wherever it is. population.go decides what
// kind of person a number is, edge_cases.go lists those who are there to be
// mistaken for somebody else, and people.go keeps what changed.
//
// Whoever shows the organisation learns of changes from [Server.Changes] and
// reads it with [Server.People].
//
// Everything is relative to the moment [New] was called. People who use the
// products regularly go on using them as time passes, until they are suspended
// or a test says otherwise; everybody else stays as they were.
//
// Time is [time.Now] and waits are timers that end with the request, so that
// the server works inside a testing/synctest bubble. No goroutine outlives the
// request that needed it.
package atlassiantest
