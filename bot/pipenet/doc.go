// Package pipenet connects HTTP and WebSocket clients to handlers in memory. In
// a [testing/synctest] bubble a goroutine that waits on it is durably blocked,
// as it would not be on a socket. Only tests import it.
package pipenet
