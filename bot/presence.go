package bot

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"inactivebot/storage"
)

// presenceEvery is how often it is written down that the connection stands; less
// often where it may be silent for longer, because nothing is known meanwhile.
const presenceEvery = time.Minute

// keepPresence keeps in the database until when the bot was connected to Slack,
// by the news of connections made and lost.
func (b *Bot) keepPresence(ctx context.Context, news <-chan bool) {
	tick := time.NewTicker(b.presence)
	defer tick.Stop()
	here, last := false, time.Time{}
	for {
		select {
		case <-ctx.Done():
			if here {
				b.stayed(last)
			}
			return
		case connected := <-news:
			switch {
			case connected:
				b.cameBack()
			case here:
				b.stayed(last)
			}
			here, last = connected, time.Now().UTC()
		case <-tick.C:
			if here {
				b.stayed(last)
				last = time.Now().UTC()
			}
		}
	}
}

// stayed says that the connection has stood since last. Where the machine slept
// meanwhile it has not.
func (b *Bot) stayed(last time.Time) {
	if time.Now().UTC().Round(0).Sub(last.Round(0)) > b.presence+storage.AbsentAfter {
		b.cameBack()
		return
	}
	if err := b.store.StillConnected(time.Now().UTC()); err != nil {
		b.log.Error().Err(err).Msg("presence not written")
	}
}

func (b *Bot) cameBack() {
	away, err := b.store.Connected(time.Now().UTC())
	if err != nil {
		b.log.Error().Err(err).Msg("presence not written")
		return
	}
	if away > 0 {
		b.log.Warn().Dur("away", away).Msg("connected again")
		b.wakeMessages()
	}
}

// overheard takes from what the library says to itself the one thing that it
// tells nobody: why Slack ends a connection. The rest is dropped unread, because
// it holds what people wrote.
type overheard struct{ ending chan<- string }

// maxDisconnect is longer than any message of Slack about the end of a
// connection.
const maxDisconnect = 1000

// Output implements the library's logger.
func (o overheard) Output(_ int, line string) error {
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
