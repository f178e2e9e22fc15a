package slacktest

import (
	"time"

	"github.com/gorilla/websocket"
)

// connection is one WebSocket of the app. One goroutine reads it and one writes it.
type connection struct {
	id         string
	ws         *websocket.Conn
	since      time.Time
	queue      chan frame
	readerDone chan struct{} // Closed when the reader ends.
	// disconnecting is set once the connection was asked to disconnect. It gets no more envelopes and does not count.
	disconnecting bool
	presses       map[string]bool // The ids of the envelopes with a press that were sent to it.
}

func newConnection(id string, ws *websocket.Conn, now time.Time) *connection {
	return &connection{
		id: id, ws: ws, since: now, queue: make(chan frame, maxQueuedFrames), readerDone: make(chan struct{}), presses: map[string]bool{},
	}
}

// frame is an outgoing frame.
type frame struct {
	data   []byte
	closes bool          // The connection is closed after the frame.
	after  time.Duration // The delay before it is closed.
}

// send queues a frame. It drops a connection whose queue is full.
func (c *connection) send(f frame) {
	select {
	case c.queue <- f:
	default:
		_ = c.ws.NetConn().Close()
	}
}

// write sends queued frames and pings until the reader ends. An error closes the connection, which ends the reader.
func (c *connection) write(pingInterval time.Duration) {
	ping := time.NewTicker(pingInterval)
	defer ping.Stop()
	closing := make(<-chan time.Time)
	for {
		var err error
		select {
		case <-c.readerDone:
			return
		case <-ping.C:
			err = c.ws.WriteControl(websocket.PingMessage, []byte("Ping from slacktest"), time.Now().Add(writeTimeout))
		case <-closing:
			err = c.sendClose()
		case f := <-c.queue:
			_ = c.ws.SetWriteDeadline(time.Now().Add(writeTimeout))
			err = c.ws.WriteMessage(websocket.TextMessage, f.data)
			if f.closes {
				closing = time.After(f.after)
			}
		}
		if err != nil {
			_ = c.ws.Close()
		}
	}
}

// sendClose sends a close frame. The reader ends with the app's close frame or after closeTimeout.
func (c *connection) sendClose() error {
	_ = c.ws.NetConn().SetReadDeadline(time.Now().Add(closeTimeout))
	goodbye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	return c.ws.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(closeTimeout))
}

func disconnectFrame(reason string, after time.Duration) frame {
	message := object{"type": "disconnect", "reason": reason, "debug_info": object{"host": "applink-1"}}
	return frame{data: encode(message), closes: true, after: after}
}
