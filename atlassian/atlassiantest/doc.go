// Package atlassiantest simulates an Atlassian organisation. [Server] is an
// [http.Handler] that behaves as the documentation of the Organizations REST
// API says. It generates its people from a seed and can inject every failure
// that has been seen in the real service.
//
// The demo and all tests use it; external programs can use it through its
// control API. It imports nothing from this module and has its own wire types,
// so that a wrong tag in a client is caught instead of shared.
//
// # Request handling
//
// [Server] serves the API under /admin/ and the control API under /_control/.
//
// An API call is matched to a route in routes.go, written to the request log,
// matched with the first fault that fits (see [Server.AddFault]), authenticated
// and counted against the route's limit. A removed route answers 410; otherwise
// the route's handler runs. A handler returns a body or an [apiError] and never
// writes; response.go writes the response and applies the fault to it.
//
// # People
//
// A person is computed from the seed and their number in the directory, and is
// stored only after a change. A million people therefore need no memory, and
// every page costs the same. population.go maps a number to a kind of person,
// edge_cases.go lists the people that are easily misclassified, and people.go
// stores changes.
//
// [Server.Changes] signals changes and [Server.AllPeople] returns the current
// state.
//
// All dates are relative to the call of [New]. Regular users stay active as
// time passes, until they are suspended or a test changes them; the activity of
// everyone else is fixed.
//
// The server uses [time.Now] and timers that end with the request, so it works
// inside a testing/synctest bubble. No goroutine outlives its request.
package atlassiantest
