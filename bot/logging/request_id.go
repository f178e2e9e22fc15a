package logging

import (
	"context"
	"crypto/rand"

	"github.com/rs/zerolog"
)

// fieldRequest is the log field of the request id, which all log lines of one scan,
// press or step share.
const fieldRequest = "request"

// requestIDLength is the length of a request id in characters. It makes two equal
// ids in one day unlikely.
const requestIDLength = 10

// requestIDKey is the key of the request id in a context.
type requestIDKey struct{}

// WithRequestID returns ctx with a logger that adds a new request id to every
// line. It returns ctx itself if ctx already has a request id.
func WithRequestID(ctx context.Context) context.Context {
	if ctx.Value(requestIDKey{}) != nil {
		return ctx
	}
	id := rand.Text()[:requestIDLength]
	log := zerolog.Ctx(ctx).With().Str(fieldRequest, id).Logger()
	return log.WithContext(context.WithValue(ctx, requestIDKey{}, id))
}

// Continue returns parent with the logger and the request id of ctx, for work
// that outlives ctx.
func Continue(parent, ctx context.Context) context.Context {
	if id := ctx.Value(requestIDKey{}); id != nil {
		parent = context.WithValue(parent, requestIDKey{}, id)
	}
	return zerolog.Ctx(ctx).WithContext(parent)
}
