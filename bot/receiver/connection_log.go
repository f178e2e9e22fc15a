package receiver

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/storage"
)

// defaultRecordEvery is how often the open connection is recorded. Where the
// connection may be silent for longer, it is recorded less often, because
// nothing is known in between.
const defaultRecordEvery = time.Minute

// recordConnection records in the database from when to when the bot was
// connected to Slack.
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

// markConnected records that the connection has been open since last, unless
// the machine slept in between.
func (r *Receiver) markConnected(ctx context.Context, last time.Time) {
	if time.Now().UTC().Round(0).Sub(last.Round(0)) > r.recordEvery+storage.OutageNoticeAfter {
		r.markReconnected(ctx)
		return
	}
	if err := r.store.RecordConnected(time.Now().UTC()); err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("presence not written")
	}
}

func (r *Receiver) markReconnected(ctx context.Context) {
	away, err := r.store.RecordReconnected(time.Now().UTC())
	if err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("presence not written")
		return
	}
	if away > 0 {
		zerolog.Ctx(ctx).Warn().Dur("away", away).Msg("connected again")
		r.wake()
	}
}

// disconnectLogger reads the disconnect reason from the library's debug log,
// because its API does not expose it. It drops everything else unread, because
// that holds what people wrote.
type disconnectLogger struct{ ending chan<- string }

// maxDisconnect is longer, in bytes, than any disconnect message of Slack.
const maxDisconnect = 1000

// Output implements the library's logger interface.
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
