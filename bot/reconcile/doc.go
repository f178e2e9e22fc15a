// Package reconcile runs the loops that make the outside what the database says:
// [Loop] runs passes after a wake-up, on a timer and at start, so that recovery is
// not a second path. [Backoff] says when each of several things is due again.
package reconcile
