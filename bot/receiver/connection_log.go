package receiver

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/storage"
)

// defaultRecordEvery is how often it is written down that the connection stands; less
// often where it may be silent for longer, because nothing is known meanwhile.
const defaultRecordEvery = time.Minute

// recordConnection keeps in the database until when the bot was connected to Slack,
// by the news of connections made and lost.
func (r *Receiver) recordConnection(ctx context.Context, news <-chan bool) {
	tick := time.NewTicker(r.recordEvery)
	defer tick.Stop()
	here, last := false, time.Time{}
	for {
		select {
		case <-ctx.Done():
			if here {
				r.markConnected(ctx, last)
			}
			return
		case connected := <-news:
			switch {
			case connected:
				r.markReconnected(ctx)
			case here:
				r.markConnected(ctx, last)
			}
			here, last = connected, time.Now().UTC()
		case <-tick.C:
			if here {
				r.markConnected(ctx, last)
				last = time.Now().UTC()
			}
		}
	}
}

// markConnected says that the connection has stood since last. Where the machine slept
// meanwhile it has not.
func (r *Receiver) markConnected(ctx context.Context, last time.Time) {
	if time.Now().UTC().Round(0).Sub(last.Round(0)) > r.recordEvery+storage.AbsentAfter {
		r.markReconnected(ctx)
		return
	}
	if err := r.store.StillConnected(time.Now().UTC()); err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("presence not written")
	}
}

func (r *Receiver) markReconnected(ctx context.Context) {
	away, err := r.store.Connected(time.Now().UTC())
	if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("presence not written")
		return
	}
	if away > 0 {
		zerolog.Ctx(ctx).Warn().Dur("away", away).Msg("connected again")
		r.wake()
	}
}

// disconnectLogger takes from what the library says to itself the one thing that it
// tells nobody: why Slack ends a connection. The rest is dropped unread, because
// it holds what people wrote.
type disconnectLogger struct{ ending chan<- string }

// maxDisconnect is longer than any message of Slack about the end of a
// connection.
const maxDisconnect = 1000

// Output implements the library's logger.
func (o disconnectLogger) Output(_ int, line string) error {
	message, ok := strings.CutPrefix(line, "Received WebSocket message: ")
	if !ok || len(message) > maxDisconnect {
		return nil
	}
	var m struct{ Type, Reason string }
	if json.Unmarshal([]byte(message), &m) != nil || m.Type != "disconnect" {
		return nil
	}
	select {
	case o.ending <- m.Reason:
	default:
	}
	return nil
}
