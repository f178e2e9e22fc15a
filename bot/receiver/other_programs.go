package receiver

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/storage"
)

// confirmAfter is how long after a hello that counts another connection the bot
// connects once more: Slack counts a connection that was cut for some time.
const confirmAfter = 10 * time.Minute

// otherPrograms notices other programs that are connected to the same app. Slack
// sends each press to any one of the connections. Only the goroutine that reads
// events uses it, except for reconnect.
type otherPrograms struct {
	confirm <-chan time.Time // when to connect once more; nil: not planned.
	asked   bool             // the bot has connected once more because of other connections.
	cancel  atomic.Pointer[context.CancelFunc]
}

// within returns a context that ends with ctx or with reconnect.
func (o *otherPrograms) within(ctx context.Context) context.Context {
	inner, cancel := context.WithCancel(ctx)
	o.cancel.Store(&cancel)
	return inner
}

// reconnect ends the context of the connection; connect opens the next one.
func (o *otherPrograms) reconnect() {
	if cancel := o.cancel.Load(); cancel != nil {
		(*cancel)()
	}
}

// countConnections looks at the number of connections in a hello of Slack. More
// than this one can be left over from a cut; if they are there again after
// confirmAfter and a new connection, another program is connected.
func (r *Receiver) countConnections(ctx context.Context, hello *socketmode.Request) {
	o := &r.others
	switch {
	case hello == nil:
		return
	case hello.NumConnections <= 1:
		o.confirm, o.asked = nil, false
		r.warn(ctx, r.store.ClearWarning(storage.WarnOtherProgram, time.Now().UTC()))
	case o.asked:
		zerolog.Ctx(ctx).Warn().Int("connections", hello.NumConnections).Msg("another program is connected to the same Slack app; give each bot its own app")
		r.warn(ctx, r.store.SetWarning(storage.WarnOtherProgram, time.Now().UTC()))
	case o.confirm == nil:
		o.confirm = time.After(confirmAfter)
	}
}

// confirmConnections connects once more.
func (r *Receiver) confirmConnections(ctx context.Context) {
	r.others.confirm, r.others.asked = nil, true
	zerolog.Ctx(ctx).Info().Msg("connecting to slack again, because it counts more connections than this one")
	r.others.reconnect()
}

func (r *Receiver) warn(ctx context.Context, err error) {
	if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("warning not stored")
	}
}
