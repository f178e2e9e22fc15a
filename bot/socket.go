package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

const (
	// workers is how many envelopes are handled at a time.
	workers = 16
	// waiting is how many more may wait for a worker. What comes on top is left
	// to Slack, which delivers again what was not acknowledged.
	waiting = 500
	// ackWithin bounds how long an ack may wait for the connection; after 3 s
	// Slack has shown the person an error anyway.
	ackWithin = 2500 * time.Millisecond
	// decideWithin bounds all look-ups at Slack that one press needs before its
	// ack. What is not known by then refuses, or is left out.
	decideWithin = 2 * time.Second
	// thenWithin bounds what follows an ack: opening a modal, an answer.
	thenWithin = 20 * time.Second
)

// reply is what a handler wants done: first the ack, then the rest.
type reply struct {
	ack  any                         // the ack's payload; nil: none.
	then func(context.Context) error // nil: nothing.
}

// runSocket takes envelopes until ctx ends: each is handled once by one worker
// and acknowledged once.
func (b *Bot) runSocket(ctx context.Context) error {
	if err := b.approvers.warm(ctx); err != nil {
		b.log.Warn().Err(err).Msg("approvers cannot be read yet")
	}
	jobs := make(chan socketmode.Event, waiting)
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for evt := range jobs {
				b.handle(context.WithoutCancel(ctx), evt)
			}
		})
	}
	failed := make(chan error, 1)
	ctx, disconnect := context.WithCancel(ctx)
	defer disconnect()
	all.Go(func() { failed <- b.socket.RunContext(ctx) })
	err := b.drain(ctx, jobs, failed)
	disconnect() // The library goes on trying after a refusal that it does not know as final.
	close(jobs)
	all.Wait()
	return err
}

// drain reads every event, because the library stops without a word when
// nobody does, and hands the envelopes to the workers.
func (b *Bot) drain(ctx context.Context, jobs chan<- socketmode.Event, failed <-chan error) error {
	for {
		select {
		case err := <-failed:
			if ctx.Err() != nil {
				return nil
			}
			return errors.Join(Refusal(err), fmt.Errorf("socket mode: %w", err))
		case evt := <-b.socket.Events:
			if err := b.sort(evt, jobs); err != nil {
				return err
			}
		}
	}
}

// sort tells envelopes from news about the connection. Its error is one that no
// reconnecting can mend.
func (b *Bot) sort(evt socketmode.Event, jobs chan<- socketmode.Event) error {
	switch evt.Type {
	case socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand, socketmode.EventTypeEventsAPI, socketmode.EventTypeErrorBadMessage:
		select {
		case jobs <- evt:
		default:
			b.log.Warn().Msg("envelope left to be delivered again")
		}
	case socketmode.EventTypeConnectionError:
		if e, ok := evt.Data.(*slack.ConnectionErrorEvent); ok {
			b.log.Warn().Err(e.ErrorObj).Msg("no connection to slack")
			return slackRefusal(e.ErrorObj)
		}
	case socketmode.EventTypeConnected:
		b.log.Info().Msg("connected to slack")
		b.wakeMessages()
	}
	return nil
}

// handle takes one envelope from decoding to ack and answer. A panic in a
// handler ends that envelope only.
func (b *Bot) handle(ctx context.Context, evt socketmode.Event) {
	defer func() {
		if p := recover(); p != nil {
			b.log.Error().Str("panic", panicked(p)).Bytes("stack", debug.Stack()).Msg("handler panicked")
		}
	}()
	if evt.Type == socketmode.EventTypeErrorBadMessage {
		b.ackUnreadable(ctx, evt)
		return
	}
	if evt.Request == nil {
		return
	}
	r := b.decide(ctx, evt)
	b.ack(ctx, evt.Request.EnvelopeID, r.ack)
	b.wakeEffects()
	b.wakeMessages()
	if r.then == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, thenWithin)
	defer cancel()
	if err := r.then(ctx); err != nil {
		b.log.Warn().Err(err).Msg("answer not delivered")
	}
}

// decide answers an envelope in time for its ack.
func (b *Bot) decide(ctx context.Context, evt socketmode.Event) reply {
	ctx, cancel := context.WithTimeout(ctx, decideWithin)
	defer cancel()
	return b.answer(ctx, evt)
}

func (b *Bot) ack(ctx context.Context, envelope string, payload any) {
	ctx, cancel := context.WithTimeout(ctx, ackWithin)
	defer cancel()
	if err := b.socket.AckCtx(ctx, envelope, payload); err != nil {
		b.log.Warn().Err(err).Str("envelope", envelope).Msg("ack not sent")
	}
}

// ackUnreadable acknowledges an envelope that does not decode, so that Slack
// stops sending it. Nothing is changed, and its content is not logged.
func (b *Bot) ackUnreadable(ctx context.Context, evt socketmode.Event) {
	b.log.Warn().Msg("unreadable envelope")
	bad, ok := evt.Data.(*socketmode.ErrorBadMessage)
	if !ok {
		return
	}
	var id struct {
		EnvelopeID string `json:"envelope_id"`
	}
	if json.Unmarshal(bad.Message, &id) == nil && id.EnvelopeID != "" {
		b.ack(ctx, id.EnvelopeID, nil)
	}
}
