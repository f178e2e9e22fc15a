package slacktest

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gorilla/websocket"
)

const (
	maxConnections = 10
	// maxFrame is the largest frame that the app may send, in bytes. Slack accepts less than 20,480.
	maxFrame = 20_479
	// warningPeriod is the time between a warning and the end of a connection.
	warningPeriod = 10 * time.Second
	// closeTimeout bounds the wait for the app's close frame, writeTimeout a write.
	closeTimeout = 2 * time.Second
	writeTimeout = 10 * time.Second
	// maxQueuedFrames is the number of frames that may be queued before the connection is dropped as stuck.
	maxQueuedFrames = 256
)

// socketMode is Socket Mode for the app: unused tickets, open connections and the ledger of envelopes.
type socketMode struct {
	ws          *workspace
	faults      *faults
	ledger      ledger
	tickets     map[string]bool
	connections []*connection
	refuseUntil time.Time
	upgrader    websocket.Upgrader
}

// Connection is an open connection.
type Connection struct {
	ID    string    `json:"id"`
	Since time.Time `json:"since"`
	// Presses is the number of presses of buttons and other elements that were sent to it. A press that was sent to it
	// again counts once.
	Presses int `json:"presses"`
}

func newSocketMode(ws *workspace, f *faults) *socketMode {
	// Some clients send an Origin of slack.com.
	anyOrigin := func(*http.Request) bool { return true }
	return &socketMode{ws: ws, faults: f, ledger: newLedger(), tickets: map[string]bool{}, upgrader: websocket.Upgrader{CheckOrigin: anyOrigin}}
}

func (s *socketMode) listConnections() []Connection {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	open := []Connection{}
	for _, c := range s.active() {
		open = append(open, Connection{ID: c.id, Since: c.since, Presses: len(c.presses)})
	}
	return open
}

// serve redeems a ticket and runs the connection until it ends.
func (s *socketMode) serve(w http.ResponseWriter, r *http.Request) {
	if !s.takeTicket(r.URL.Query().Get("ticket")) {
		http.Error(w, "invalid ticket", http.StatusForbidden)
		return
	}
	if s.refusesConnections() {
		http.Error(w, "try again later", http.StatusServiceUnavailable)
		return
	}
	ws, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	if c := s.addConnection(ws); c != nil {
		defer s.ws.wg.Done()
		s.read(c)
		s.removeConnection(c)
	}
}

func (s *socketMode) takeTicket(ticket string) bool {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	known := s.tickets[ticket]
	delete(s.tickets, ticket)
	return known
}

func (s *socketMode) refusesConnections() bool {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	return s.ws.closed || s.ws.options.Now().Before(s.refuseUntil)
}

// addConnection adds a connection, starts its writer and sends hello, or a disconnect if there are already ten. It
// returns nil if the server is closed.
func (s *socketMode) addConnection(ws *websocket.Conn) *connection {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	if s.ws.closed {
		_ = ws.Close()
		return nil
	}
	ws.SetReadLimit(maxFrame)
	c := newConnection(s.ws.newID("W"), ws, s.ws.options.Now())
	s.ws.wg.Add(1)
	s.ws.wg.Go(func() { c.write(s.ws.options.PingInterval) })
	c.disconnecting = len(s.active()) >= maxConnections
	s.connections = append(s.connections, c)
	if c.disconnecting {
		c.send(disconnectFrame("too_many_websockets", 0))
		return c
	}
	c.send(frame{data: s.helloMessage()})
	s.redeliverLost()
	return c
}

func (s *socketMode) helloMessage() []byte {
	open := len(s.active())
	return encode(object{
		"type": "hello", "num_connections": open,
		"connection_info": object{"app_id": appID},
		"debug_info": object{
			"host": "applink-" + strconv.Itoa(open), "build_number": 1, "approximate_connection_time": 18_060,
		},
	})
}

// read handles acks until the connection ends.
func (s *socketMode) read(c *connection) {
	for {
		_, data, err := c.ws.ReadMessage()
		if errors.Is(err, websocket.ErrReadLimit) {
			s.ws.mu.Lock()
			s.ws.recordViolation("socket", invalidPayload("frame_too_large", "", "frames must be less than 20480 bytes"))
			s.ws.mu.Unlock()
		}
		if err != nil {
			return
		}
		s.acknowledge(data)
	}
}

// removeConnection removes a connection and redelivers its envelopes without an ack.
func (s *socketMode) removeConnection(c *connection) {
	close(c.readerDone)
	_ = c.ws.Close()
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	s.connections = slices.DeleteFunc(s.connections, func(o *connection) bool { return o == c })
	s.ledger.detach(c)
	s.redeliverLost()
	s.ws.notify()
}

// active returns the connections that were not asked to disconnect. The caller holds mu.
func (s *socketMode) active() []*connection {
	var all []*connection
	for _, c := range s.connections {
		if !c.disconnecting {
			all = append(all, c)
		}
	}
	return all
}

// pick returns a random active connection, or nil if there is none.
func (s *socketMode) pick() *connection {
	all := s.active()
	if len(all) == 0 {
		return nil
	}
	return all[rand.IntN(len(all))]
}

// dropAll closes all connections without a disconnect message. The caller holds mu.
func (s *socketMode) dropAll() {
	cut := s.connections
	s.connections = nil
	for _, c := range cut {
		_ = c.ws.NetConn().Close()
		s.ledger.detach(c)
	}
	s.ws.notify()
}

// Disconnect configures the end of all connections.
type Disconnect struct {
	// Reason is warning, refresh_requested, link_disabled, too_many_websockets, or cut, which drops the connections
	// without a message.
	Reason string `json:"reason"`
	// RefuseForS is how long new connections are refused, in seconds.
	RefuseForS int `json:"refuse_for_s,omitempty"`
}

// disconnect ends all connections. It fails for an unknown reason.
func (s *socketMode) disconnect(d Disconnect) error {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	after := time.Duration(0)
	switch d.Reason {
	case "cut":
		s.dropAll()
	case "warning":
		after = warningPeriod
	case "refresh_requested", "link_disabled", "too_many_websockets":
	default:
		return errors.New("reason must be warning, refresh_requested, link_disabled, too_many_websockets or cut")
	}
	if d.RefuseForS > 0 {
		s.refuseUntil = s.ws.options.Now().Add(time.Duration(d.RefuseForS) * time.Second)
	}
	if d.Reason != "cut" {
		for _, c := range s.connections {
			c.send(disconnectFrame(d.Reason, after))
			c.disconnecting = c.disconnecting || after == 0
		}
	}
	return nil
}
