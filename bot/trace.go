package bot

import (
	"context"
	"crypto/rand"

	"github.com/rs/zerolog"

	"inactivebot/storage"
)

// Names of fields that many lines of the log have.
const (
	fieldRequest = "request" // the id that all lines of one scan, press or step have.
	fieldBatch   = "batch"
	fieldAccount = "account"
)

// requestLength is how many letters a request id has: enough for no two of a day
// to be alike.
const requestLength = 10

// traced is ctx with a log of its own, whose every line has the same new request
// id. Where ctx has one already, what is begun belongs to that.
func (b *Bot) traced(ctx context.Context) context.Context {
	if have := zerolog.Ctx(ctx); have != zerolog.DefaultContextLogger && have.GetLevel() != zerolog.Disabled {
		return ctx
	}
	return b.log.With().Str(fieldRequest, rand.Text()[:requestLength]).Logger().WithContext(ctx)
}

// tracedStep is ctx with a log of its own for one step of a batch.
func (b *Bot) tracedStep(ctx context.Context, st storage.Step) context.Context {
	ctx = b.traced(ctx)
	return zerolog.Ctx(ctx).With().Uint64(fieldBatch, st.BatchID).Str(fieldAccount, st.AccountID).Logger().WithContext(ctx)
}

// logIn is the log of what ctx belongs to, the bot's own where it is nothing in
// particular.
func (b *Bot) logIn(ctx context.Context) *zerolog.Logger {
	if have := zerolog.Ctx(ctx); have.GetLevel() != zerolog.Disabled {
		return have
	}
	return &b.log
}

// logOf is the log of a press.
func (b *Bot) logOf(p press) *zerolog.Logger {
	if p.log != nil {
		return p.log
	}
	return &b.log
}
