package bot

import (
	"context"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

const (
	// windUp is how long the connection is kept at the end for the acks of what is
	// being decided.
	windUp = 3 * time.Second
	// lastWords is how long an ack may take from the library's queue to the wire.
	lastWords = 100 * time.Millisecond
	// steady is how long a connection must have held for its end to be no failure.
	steady = time.Minute
)

// runSocket takes envelopes until ctx ends: each is handled once by one worker
// and acknowledged once. Then it takes no more, answers what is being decided,
// and hangs up. Its error is one that no reconnecting can mend.
func (b *Bot) runSocket(ctx context.Context) error {
	if err := b.approvers.warm(ctx); err != nil {
		b.log.Warn().Err(err).Msg("approvers cannot be read yet")
	}
	line, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	present, failed := make(chan bool, 16), make(chan error, 1)
	var parts sync.WaitGroup
	parts.Go(func() { failed <- b.connect(line) })
	parts.Go(func() { b.keepPresence(line, present) })
	d := b.openDesk(ctx)
	err := b.drain(ctx, d, present, failed)
	parts.Go(func() { b.discard(line) })
	d.stopTaking()
	if err == nil {
		d.decidedWithin(windUp)
		_ = sleep(line, lastWords)
	}
	hangUp()
	parts.Wait()
	d.close()
	return err
}

// connect keeps the connection until ctx ends. The library gives up at some
// answers that may pass, a 404 for one: then it is begun again, later and later.
func (b *Bot) connect(ctx context.Context) error {
	wait := time.Second
	for {
		began := time.Now()
		err := b.socket.RunContext(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if final := socketRefusal(err); final != nil {
			return final
		}
		if time.Since(began) > steady {
			wait = time.Second
		}
		b.log.Warn().Err(err).Dur("again_in", wait).Msg("no connection to slack")
		if sleep(ctx, wait) != nil {
			return nil
		}
		wait = min(2*wait, time.Minute)
	}
}

// drain reads every event, because the library stops without a word when
// nobody does, and hands the envelopes to the desk.
func (b *Bot) drain(ctx context.Context, d *desk, present chan<- bool, failed <-chan error) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case reason := <-b.ending:
			b.log.Info().Str("reason", reason).Msg("slack ends the connection")
			if err := socketRefusal(slack.SlackErrorResponse{Err: reason}); err != nil {
				return err
			}
		case evt := <-b.socket.Events:
			if err := b.sort(evt, d, present); err != nil {
				return err
			}
		}
	}
}

// discard reads what still comes while the bot stops. It stays without an ack,
// so that Slack delivers it again.
func (b *Bot) discard(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.socket.Events:
		}
	}
}

// sort tells envelopes from news about the connection. Its error is one that no
// reconnecting can mend.
func (b *Bot) sort(evt socketmode.Event, d *desk, present chan<- bool) error {
	switch evt.Type {
	case socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand, socketmode.EventTypeEventsAPI, socketmode.EventTypeErrorBadMessage:
		if !d.take(evt) {
			b.log.Warn().Msg("envelope left to be delivered again")
		}
	case socketmode.EventTypeConnectionError:
		if e, ok := evt.Data.(*slack.ConnectionErrorEvent); ok {
			b.log.Warn().Err(e.ErrorObj).Msg("no connection to slack")
			return socketRefusal(e.ErrorObj)
		}
	case socketmode.EventTypeConnecting:
		b.news(present, false)
	case socketmode.EventTypeHello:
		b.log.Info().Msg("connected to slack")
		b.news(present, true)
		b.wakeMessages()
	}
	return nil
}

func (b *Bot) news(present chan<- bool, here bool) {
	b.metrics.isConnected(here)
	select {
	case present <- here:
	default: // the next minute says it anyway.
	}
}
