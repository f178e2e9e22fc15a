// Package logging adds request ids to log lines and logs panics. The logger is in
// the context; use zerolog.Ctx(ctx).
package logging
