// Package texttest finds values of the code in texts that people read, such as
// awaiting_second or 24h0m0s. Only tests import it.
package texttest
