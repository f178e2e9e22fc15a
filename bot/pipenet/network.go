package pipenet

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Network holds one server for each host name.
type Network struct {
	Transport *http.Transport

	hosts   map[string]*listener
	servers []*http.Server
}

// New returns a network with a server for each host. Close ends the servers.
func New(hosts map[string]http.Handler) *Network {
	n := &Network{hosts: map[string]*listener{}}
	for host, h := range hosts {
		n.Serve(host, h)
	}
	n.Transport = &http.Transport{DialContext: n.Dial}
	return n
}

// Serve adds a server, or replaces the one of that host for new connections. It
// must not be called while a client dials.
func (n *Network) Serve(host string, h http.Handler) {
	l := &listener{conns: make(chan net.Conn), closed: make(chan struct{})}
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	n.hosts[host], n.servers = l, append(n.servers, s)
	go func() { _ = s.Serve(l) }()
}

// Dialer returns a dialer of WebSocket connections over the network.
func (n *Network) Dialer() *websocket.Dialer { return &websocket.Dialer{NetDialContext: n.Dial} }

// Close ends all servers and idle connections.
func (n *Network) Close() {
	n.Transport.CloseIdleConnections()
	for _, s := range n.servers {
		_ = s.Close()
	}
}

// Dial connects to the host of an address.
func (n *Network) Dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	l, ok := n.hosts[host]
	if !ok {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return l.dial(ctx)
}

// listener is a listener in memory.
type listener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *listener) dial(ctx context.Context) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept returns the next connection that a client dialed.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close refuses further connections.
func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr returns an address without meaning.
func (l *listener) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "pipe"} }
