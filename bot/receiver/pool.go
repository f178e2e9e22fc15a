package receiver

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"inactivebot/bot/logging"
	"inactivebot/bot/reconcile"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack/socketmode"
)

const (
	// workers is the number of envelopes handled at a time, and of responses
	// sent at a time: an ack never waits for a response.
	workers = 16
	// queueSize is how many more of each may wait for a worker. Slack delivers
	// again what does not fit, because it is not acknowledged.
	queueSize = 500
	// ackTimeout is how long an ack may wait for the connection. After 3 s
	// Slack has shown the person an error.
	ackTimeout = 2500 * time.Millisecond
	// decideTimeout bounds all Slack look-ups that one press needs before its
	// ack. A look-up that is not done by then is a refusal, or is left out.
	decideTimeout = 2 * time.Second
	// AfterTimeout bounds what follows an ack: opening a modal, sending a
	// response.
	AfterTimeout = 20 * time.Second
)

// pool runs two groups of workers: one decides and acknowledges envelopes, the
// other sends follow-up responses.
type pool struct {
	r         *Receiver
	envelopes chan socketmode.Event
	answers   chan answer
	deciding  sync.WaitGroup
	answering sync.WaitGroup
	release   context.CancelFunc
}

// answer is the follow-up response to a press.
type answer struct {
	to    socketmode.Event
	then  func(context.Context) error
	press context.Context //nolint:containedctx // of the press, for its logger.
}

// newPool starts the workers. After ctx ends they finish the work in
// progress and leave the queue.
func (r *Receiver) newPool(ctx context.Context) *pool {
	d := &pool{r: r, envelopes: make(chan socketmode.Event, queueSize), answers: make(chan answer, queueSize)}
	late, release := reconcile.WithGracePeriod(ctx)
	d.release = release
	for range workers {
		d.deciding.Go(func() {
			for evt := range d.envelopes {
				if ctx.Err() == nil {
					d.handle(context.WithoutCancel(ctx), evt)
				}
			}
		})
		d.answering.Go(func() {
			for a := range d.answers {
				d.runAfter(late, a)
			}
		})
	}
	return d
}

// enqueue adds an envelope to the queue. It reports false if the queue is full.
func (d *pool) enqueue(evt socketmode.Event) bool {
	select {
	case d.envelopes <- evt:
		return true
	default:
		return false
	}
}

// stop accepts no more envelopes. Work in progress goes on.
func (d *pool) stop() { close(d.envelopes) }

// waitDecided waits until every envelope in progress is decided, for at most
// the given time.
func (d *pool) waitDecided(most time.Duration) {
	done := make(chan struct{})
	go func() {
		d.deciding.Wait()
		close(done)
	}()
	t := time.NewTimer(most)
	defer t.Stop()
	select {
	case <-done:
	case <-t.C:
	}
}

// close waits for the last decision and the last response.
func (d *pool) close() {
	d.deciding.Wait()
	close(d.answers)
	d.answering.Wait()
	d.release()
}

// handle decides one envelope, acknowledges it, and queues what follows.
func (d *pool) handle(ctx context.Context, evt socketmode.Event) {
	ctx = logging.WithRequestID(ctx)
	defer logging.RecoverPanic(ctx, nil)
	if evt.Type == socketmode.EventTypeErrorBadMessage {
		d.r.ackUnreadable(ctx, evt)
		return
	}
	if evt.Request == nil {
		return
	}
	came := time.Now()
	reply := d.r.decide(ctx, evt)
	d.r.ack(ctx, evt.Request.EnvelopeID, reply.Ack)
	d.r.metrics.Acked(came)
	if reply.Action != "" {
		d.r.metrics.Pressed(reply.Action, reply.Refused)
		line := zerolog.Ctx(ctx).Info().Str("press", reply.Action).Str("user", reply.User).Dur("took", time.Since(came))
		if reply.Refused != "" {
			line = line.Str("refused", reply.Refused)
		}
		line.Msg("press decided")
	}
	d.r.wake()
	if reply.After == nil {
		return
	}
	select {
	case d.answers <- answer{evt, reply.After, ctx}:
	default:
		zerolog.Ctx(ctx).Warn().Msg("answer left out: too many wait")
	}
}

// runAfter carries out what follows an ack. After a panic the person is told.
func (d *pool) runAfter(ctx context.Context, a answer) {
	ctx, cancel := context.WithTimeout(logging.Continue(ctx, a.press), AfterTimeout)
	defer cancel()
	defer logging.RecoverPanic(ctx, func() {
		defer logging.RecoverPanic(ctx, nil)
		if err := d.r.handler.Panicked(a.to, true).After(ctx); err != nil {
			zerolog.Ctx(ctx).Warn().Err(err).Msg("answer not delivered")
		}
	})
	if err := a.then(ctx); err != nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("answer not delivered")
	}
}

// decide calls the handler with a deadline. After a panic it returns the reply
// of Panicked.
func (r *Receiver) decide(ctx context.Context, evt socketmode.Event) (reply Reply) {
	ctx, cancel := context.WithTimeout(ctx, decideTimeout)
	defer cancel()
	defer logging.RecoverPanic(ctx, func() { reply = r.handler.Panicked(evt, false) })
	return r.handler.Handle(ctx, evt)
}

func (r *Receiver) ack(ctx context.Context, envelope string, payload any) {
	ctx, cancel := context.WithTimeout(ctx, ackTimeout)
	defer cancel()
	if err := r.socket.AckCtx(ctx, envelope, payload); err != nil {
		zerolog.Ctx(ctx).Warn().Err(err).Str("envelope", envelope).Msg("ack not sent")
	}
}

// ackUnreadable acknowledges an envelope that cannot be decoded, so that Slack
// stops sending it. It changes nothing and does not log the content.
func (r *Receiver) ackUnreadable(ctx context.Context, evt socketmode.Event) {
	zerolog.Ctx(ctx).Warn().Msg("unreadable envelope")
	bad, ok := evt.Data.(*socketmode.ErrorBadMessage)
	if !ok {
		return
	}
	var id struct {
		EnvelopeID string `json:"envelope_id"`
	}
	if json.Unmarshal(bad.Message, &id) == nil && id.EnvelopeID != "" {
		r.ack(ctx, id.EnvelopeID, nil)
	}
}
