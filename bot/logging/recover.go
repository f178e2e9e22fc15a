package logging

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/rs/zerolog"
)

// RecoverPanic ends a panic, logs its origin, and then calls after unless after
// is nil. It must be deferred directly.
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

// panicText returns what the log tells about a panic: the text of a runtime
// error, and only the type of any other value, because the value may hold a
// request.
func panicText(p any) string {
	if e, ok := p.(runtime.Error); ok {
		return e.Error()
	}
	return fmt.Sprintf("%T", p)
}
