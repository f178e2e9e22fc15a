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
// # Settings
//
// The organisation follows the reference until a test changes it. [OrgSettings]
// (POST /_control/org) changes it for everyone, in ways in which the real service
// differs or may differ:
//
//	omit, expand           fields that are missing; omit.go
//	hide_suspended         suspended people whom no search lists; status.go
//	status_case            statuses in upper case; status.go
//	read_lag               reads that go back in time; read_lag.go
//	visible_after_ms       effects that show late; suspend.go
//	ignore_filters         filters without an effect; filters.go
//	empty_filters          filters that find nobody; filters.go
//	ari_ids                site ids as ARIs; activity.go
//	restore_active         an error for restoring an active person; suspend.go
//
// A [Person] (POST /_control/users/{id}) can have omitted fields and a hidden
// email of their own. A [Fault] for one account_id fails the calls about one
// person. Every setting keeps its value until it is ended with an empty one.
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
