// Package scantest gives tests a simulated organisation with a client of it, in
// virtual time. Only tests import it.
package scantest
