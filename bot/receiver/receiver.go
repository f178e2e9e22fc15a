package receiver

import (
	"context"
	"sync"
	"time"

	"inactivebot/bot/monitor"
	"inactivebot/bot/reconcile"
	"inactivebot/bot/slackapi"
	"inactivebot/storage"

	"github.com/gorilla/websocket"
	"github.com/rs/zerolog"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

const (
	// drainTimeout is how long the connection stays open at shutdown so that
	// presses in progress can be acknowledged.
	drainTimeout = 3 * time.Second
	// flushDelay gives the library time to write queued acks before the
	// connection closes.
	flushDelay = 100 * time.Millisecond
	// minUptime is how long a connection must last for its end not to count as
	// a failure.
	minUptime = time.Minute
)

// Handler decides what an envelope means.
type Handler interface {
	// Handle decides about an envelope in time for its ack. What is decided is stored
	// when it returns.
	Handle(context.Context, socketmode.Event) Reply
	// Panicked returns the reply to an envelope whose handling panicked. Acked
	// reports whether the ack has been sent.
	Panicked(evt socketmode.Event, acked bool) Reply
}

// Reply is the ack of an envelope and the work that follows it.
type Reply struct {
	Ack     any                         // the payload of the ack; nil: none.
	After   func(context.Context) error // what follows the ack; nil: nothing.
	Action  string                      // what was pressed, submitted or typed, as a name from the code; empty: nothing.
	User    string                      // the Slack user id of the person.
	Refused string                      // the cause of a refusal; empty: not refused.
}

// Options say how a [Receiver] connects.
type Options struct {
	Dialer          *websocket.Dialer // opens the WebSocket; nil: the library's.
	MaxPingInterval time.Duration     // how long the connection may be silent; 0: the library's 30 s.
}

// Receiver keeps the Socket Mode connection, and hands each envelope to its handler
// once.
type Receiver struct {
	socket      *socketmode.Client
	handler     Handler
	store       *storage.Store
	metrics     *monitor.Metrics
	wake        func()        // starts the next pass of the loops.
	ending      chan string   // why Slack ends a connection.
	recordEvery time.Duration // how often the open connection is recorded.
	others      otherPrograms
}

// New returns a receiver. Wake is called after each press and each new connection.
func New(api *slackapi.Client, h Handler, store *storage.Store, metrics *monitor.Metrics, wake func(), o Options) *Receiver {
	ending := make(chan string, 16)
	options := []socketmode.Option{socketmode.OptionDebug(true), socketmode.OptionLog(disconnectLogger{ending})} // only the socket's log, and it is kept nowhere.
	if o.Dialer != nil {
		options = append(options, socketmode.OptionDialer(o.Dialer))
	}
	if o.MaxPingInterval != 0 {
		options = append(options, socketmode.OptionPingInterval(o.MaxPingInterval))
	}
	return &Receiver{
		socket: socketmode.New(api.Client, options...), handler: h, store: store, metrics: metrics, wake: wake,
		ending: ending, recordEvery: max(defaultRecordEvery, o.MaxPingInterval),
	}
}

// Run handles envelopes until ctx ends: one worker handles each and
// acknowledges it once. Then it accepts no more, acknowledges those in
// progress, and closes the connection. It returns an error that reconnecting
// cannot fix, and otherwise nil.
func (r *Receiver) Run(ctx context.Context) error {
	line, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	present, failed := make(chan bool, 16), make(chan error, 1)
	var parts sync.WaitGroup
	parts.Go(func() { failed <- r.connect(line) })
	parts.Go(func() { r.recordConnection(line, present) })
	d := r.newPool(ctx)
	err := r.drain(ctx, d, present, failed)
	parts.Go(func() { r.discard(line) })
	d.stop()
	if err == nil {
		d.waitDecided(drainTimeout)
		_ = reconcile.Sleep(line, flushDelay)
	}
	hangUp()
	parts.Wait()
	d.close()
	return err
}

// connect keeps the connection open until ctx ends. The library gives up after
// some responses that may be temporary, such as a 404; connect then starts it
// again with back-off.
func (r *Receiver) connect(ctx context.Context) error {
	wait := time.Second
	for {
		began := time.Now()
		inner := r.others.within(ctx)
		err := r.socket.RunContext(inner)
		if ctx.Err() != nil {
			return nil
		}
		asked := inner.Err() != nil
		if r.others.reconnect(); asked {
			continue
		}
		if final := slackapi.AsFatalForSocket(err); final != nil {
			return final
		}
		if time.Since(began) > minUptime {
			wait = time.Second
		}
		zerolog.Ctx(ctx).Warn().Err(err).Dur("again_in", wait).Msg("no connection to slack")
		if reconcile.Sleep(ctx, wait) != nil {
			return nil
		}
		wait = min(2*wait, time.Minute)
	}
}

// drain reads every event and passes the envelopes to the pool. The library
// stops silently when nothing reads its events.
func (r *Receiver) drain(ctx context.Context, d *pool, present chan<- bool, failed <-chan error) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case reason := <-r.ending:
			zerolog.Ctx(ctx).Info().Str("reason", reason).Msg("slack ends the connection")
			if err := slackapi.AsFatalForSocket(slack.SlackErrorResponse{Err: reason}); err != nil {
				return err
			}
		case <-r.others.confirm:
			r.confirmConnections(ctx)
		case evt := <-r.socket.Events:
			if err := r.handleEvent(ctx, evt, d, present); err != nil {
				return err
			}
		}
	}
}

// discard reads events during shutdown. It acknowledges none, so that Slack
// delivers them again.
func (r *Receiver) discard(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.socket.Events:
		}
	}
}

// handleEvent separates envelopes from changes of the connection. It returns an
// error that reconnecting cannot fix.
func (r *Receiver) handleEvent(ctx context.Context, evt socketmode.Event, d *pool, present chan<- bool) error {
	switch evt.Type {
	case socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand, socketmode.EventTypeEventsAPI, socketmode.EventTypeErrorBadMessage:
		if !d.enqueue(evt) {
			zerolog.Ctx(ctx).Warn().Msg("envelope left to be delivered again")
		}
	case socketmode.EventTypeConnectionError:
		if e, ok := evt.Data.(*slack.ConnectionErrorEvent); ok {
			zerolog.Ctx(ctx).Warn().Err(e.ErrorObj).Msg("no connection to slack")
			return slackapi.AsFatalForSocket(e.ErrorObj)
		}
	case socketmode.EventTypeConnecting:
		r.setConnected(present, false)
	case socketmode.EventTypeHello:
		zerolog.Ctx(ctx).Info().Msg("connected to slack")
		r.setConnected(present, true)
		r.countConnections(ctx, evt.Request)
		r.wake()
	}
	return nil
}

func (r *Receiver) setConnected(present chan<- bool, here bool) {
	r.metrics.SetConnected(here)
	select {
	case present <- here:
	default: // the next minute says it anyway.
	}
}
