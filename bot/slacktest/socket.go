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
	// maxFrame is the largest frame the app may send, in bytes; Slack wants less than 20,480.
	maxFrame = 20_479
	// warningTime is how long a connection lives on after a warning.
	warningTime = 10 * time.Second
	// closeTime is how long the app has to answer a close frame, and a write may take.
	closeTime = 2 * time.Second
	writeTime = 10 * time.Second
	// outbox is how many frames may wait for a connection before it counts as stuck.
	outbox = 256
)

// socket is the app's Socket Mode: tickets that have not been used and open connections.
type socket struct {
	tickets     map[string]bool
	connections []*connection
	refuseUntil time.Time
	upgrader    websocket.Upgrader
}

// Connection is an open connection as the control API lists it.
type Connection struct {
	ID    string    `json:"id"`
	Since time.Time `json:"since"`
}

func newSocket() socket {
	// A bot is no browser, but some clients send an Origin of slack.com.
	anyOrigin := func(*http.Request) bool { return true }
	return socket{tickets: map[string]bool{}, upgrader: websocket.Upgrader{CheckOrigin: anyOrigin}}
}

// Connections returns the app's open connections, without those that were told to go.
func (s *Server) Connections() []Connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := []Connection{}
	for _, c := range s.socket.usable() {
		open = append(open, Connection{ID: c.id, Since: c.since})
	}
	return open
}

// serveSocket takes a ticket and runs the connection until it ends.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	if !s.takeTicket(r.URL.Query().Get("ticket")) {
		http.Error(w, "invalid ticket", http.StatusForbidden)
		return
	}
	if s.refusesConnections() {
		http.Error(w, "try again later", http.StatusServiceUnavailable)
		return
	}
	ws, err := s.socket.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	if c := s.join(ws); c != nil {
		defer s.wg.Done()
		s.read(c)
		s.leave(c)
	}
}

func (s *Server) takeTicket(ticket string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.socket.tickets[ticket]
	delete(s.socket.tickets, ticket)
	return known
}

func (s *Server) refusesConnections() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed || s.options.Now().Before(s.socket.refuseUntil)
}

// join adds a connection, greets it and starts its writer. The eleventh is sent away. It returns nil when the server
// has been closed meanwhile.
func (s *Server) join(ws *websocket.Conn) *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = ws.Close()
		return nil
	}
	ws.SetReadLimit(maxFrame)
	c := &connection{id: s.newID("W"), ws: ws, since: s.options.Now(), out: make(chan frame, outbox), gone: make(chan struct{})}
	s.wg.Add(1)
	s.wg.Go(func() { c.write(s.options.PingInterval) })
	c.leaving = len(s.socket.usable()) >= maxConnections
	s.socket.connections = append(s.socket.connections, c)
	if c.leaving {
		c.send(disconnectFrame("too_many_websockets", 0))
		return c
	}
	c.send(frame{data: s.hello()})
	s.redeliverLost()
	return c
}

func (s *Server) hello() []byte {
	open := len(s.socket.usable())
	return encode(object{
		"type": "hello", "num_connections": open,
		"connection_info": object{"app_id": appID},
		"debug_info": object{
			"host": "applink-" + strconv.Itoa(open), "build_number": 1, "approximate_connection_time": 18_060,
		},
	})
}

// read takes acks until the connection ends.
func (s *Server) read(c *connection) {
	for {
		_, data, err := c.ws.ReadMessage()
		if errors.Is(err, websocket.ErrReadLimit) {
			s.mu.Lock()
			s.violate("socket", refused("frame_too_large", "", "frames must be less than 20480 bytes"))
			s.mu.Unlock()
		}
		if err != nil {
			return
		}
		s.acknowledge(data)
	}
}

// leave forgets a connection. What it had not acked goes to another.
func (s *Server) leave(c *connection) {
	close(c.gone)
	_ = c.ws.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.socket.connections = slices.DeleteFunc(s.socket.connections, func(o *connection) bool { return o == c })
	s.ledger.lose(c)
	s.redeliverLost()
	s.notify()
}

// usable returns the connections that were not told to go.
func (s *socket) usable() []*connection {
	var all []*connection
	for _, c := range s.connections {
		if !c.leaving {
			all = append(all, c)
		}
	}
	return all
}

// pick returns any usable connection, or nil when nobody is connected.
func (s *socket) pick() *connection {
	all := s.usable()
	if len(all) == 0 {
		return nil
	}
	return all[rand.IntN(len(all))]
}

// cutAll drops every connection without a word, and counts none of them from here on.
func (s *Server) cutAll() {
	cut := s.socket.connections
	s.socket.connections = nil
	for _, c := range cut {
		_ = c.ws.NetConn().Close()
		s.ledger.lose(c)
	}
	s.notify()
}

// Disconnect is what happens to all connections.
type Disconnect struct {
	// Reason is warning, refresh_requested, link_disabled, too_many_websockets, or cut, which says nothing and drops
	// them.
	Reason string `json:"reason"`
	// RefuseForS is how many seconds new connections are refused.
	RefuseForS int `json:"refuse_for_s,omitempty"`
}

// Disconnect ends all connections in the way the reason says. An unknown reason is an error.
func (s *Server) Disconnect(d Disconnect) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	after := time.Duration(0)
	switch d.Reason {
	case "cut":
		s.cutAll()
	case "warning":
		after = warningTime
	case "refresh_requested", "link_disabled", "too_many_websockets":
	default:
		return errors.New("reason is warning, refresh_requested, link_disabled, too_many_websockets or cut")
	}
	if d.RefuseForS > 0 {
		s.socket.refuseUntil = s.options.Now().Add(time.Duration(d.RefuseForS) * time.Second)
	}
	if d.Reason != "cut" {
		for _, c := range s.socket.connections {
			c.send(disconnectFrame(d.Reason, after))
			c.leaving = c.leaving || after == 0
		}
	}
	return nil
}
