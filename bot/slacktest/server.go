package slacktest

import "net/http"

// Server is a simulated workspace with one app installed. Create it with [New], serve it with net/http and close it
// with [Server.Close]. Its methods are the control API in Go and are safe for concurrent use.
type Server struct {
	// BotToken and AppToken are the app's credentials.
	BotToken, AppToken string
	// Channel is the private admin channel. The bot is a member.
	Channel string
	// Group is the user group of the two approvers.
	Group string
	// Users are the ids of the people in the workspace and of one person outside it.
	Users Users

	workspace    *workspace
	faults       *faults
	socket       *socketMode
	interactions *interactions
	page         *page
	handler      http.Handler
}

// New returns a workspace with its fixed people, channel and user group, and no messages.
func New(o Options) *Server {
	ws := newWorkspace(o.withDefaults())
	s := &Server{
		BotToken: botToken, AppToken: appToken, Channel: adminChannel, Group: approverGroup, Users: fixedUsers,
		workspace: ws, faults: newFaults(ws),
	}
	if ws.enterprise != "" {
		s.Users.Colleague = colleagueID
	}
	s.socket = newSocketMode(ws, s.faults)
	s.interactions = &interactions{ws: ws, socket: s.socket}
	s.page = &page{ws: ws, interactions: s.interactions}
	s.handler = s.routes()
	return s
}

func (s *Server) routes() http.Handler {
	api := newWebAPI(s.workspace, s.faults, s.socket)
	control := &control{ws: s.workspace, faults: s.faults, socket: s.socket, interactions: s.interactions}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", api.serve)
	mux.HandleFunc("GET /socket", s.socket.serve)
	mux.HandleFunc("POST /response/{token}", api.serveResponseURL)
	mux.HandleFunc("POST /files/upload/{token}", api.serveUpload)
	mux.Handle("/_control/", http.StripPrefix("/_control", http.NewCrossOriginProtection().Handler(control.handler())))
	mux.Handle("/", s.page.handler())
	return mux
}

// ServeHTTP serves the paths in the package documentation.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.workspace.options.Now().UTC().Format(http.TimeFormat)) // by the same clock as the timestamps.
	s.handler.ServeHTTP(w, r)
}

// Close closes all connections, ends all waiting calls and returns after the last goroutine has ended. Requests still
// running in the surrounding HTTP server end soon after.
func (s *Server) Close() {
	s.workspace.mu.Lock()
	s.workspace.closed = true
	s.workspace.cancel()
	s.socket.dropAll()
	s.socket.ledger.stopTimers()
	s.workspace.mu.Unlock()
	s.workspace.wg.Wait()
}
