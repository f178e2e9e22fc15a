package logging

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/rs/zerolog"
)

// RecoverPanic recovers from a panic, logs it with its stack, and calls after
// unless it is nil. It must be deferred directly.
func RecoverPanic(ctx context.Context, after func()) {
	p := recover()
	if p == nil {
		return
	}
	zerolog.Ctx(ctx).Error().Str("panic", panicText(p)).Bytes("stack", debug.Stack()).Msg("handler panicked")
	if after != nil {
		after()
	}
}

// panicText returns the text of a panic for the log: the text of a runtime error,
// and only the type of any other value, which may contain a request.
func panicText(p any) string {
	if e, ok := p.(runtime.Error); ok {
		return e.Error()
	}
	return fmt.Sprintf("%T", p)
}
