// Package logging keeps what all log lines share: the request id of one scan, press
// or step, and the record of a panic. The logger travels in the context; use
// zerolog.Ctx(ctx).
package logging
