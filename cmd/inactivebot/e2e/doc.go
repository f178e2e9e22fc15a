// Package e2e holds the tests that run the program as a process against the
// simulators in another process. It has no other code.
//
// The binaries are built once, from the sources as they are. The tests named
// crash_ kill the bot at every moment of a batch; those named damage_ spoil its
// database. Tests with a long form run it with -long, and measure more with -large.
package e2e
