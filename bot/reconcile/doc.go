// Package reconcile runs the loops that make accounts and messages match the
// database. [Loop] runs passes after a wake-up, on a timer and at startup, so that
// recovery needs no code of its own. [Backoff] contains retry times.
package reconcile
