package slacktest

import (
	"context"
	"net/http"
	"sync"
)

// Server is a simulated workspace with one app installed in it. Create it with [New], serve it with net/http and
// end it with [Server.Close]. All methods may be called at the same time.
type Server struct {
	// BotToken and AppToken are the app's credentials.
	BotToken, AppToken string
	// Channel is the private admin channel, which the bot is in.
	Channel string
	// Group is the user group of the two approvers.
	Group string
	// Users are the ids of the people in the workspace and of one outside it.
	Users Users

	options Options
	handler http.Handler
	methods map[string]method

	// done ends with Close and takes every waiting goroutine with it.
	done   context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	// mu guards what follows. It is never held while waiting.
	mu       sync.Mutex
	closed   bool
	base     string // Scheme and host by which the app reaches the workspace.
	sequence int    // Behind every generated id.
	changed  chan struct{}

	world    world
	messages messages
	modals   modals
	files    files
	urls     responseURLs
	triggers map[string]*trigger
	socket   socket
	ledger   ledger
	limits   limits
	faults   faults
	record   record
}

// New returns a workspace with its fixed people, channel and user group, in which nothing has been said yet.
func New(o Options) *Server {
	s := &Server{
		BotToken: botToken, AppToken: appToken, Channel: adminChannel, Group: approverGroup, Users: fixedUsers,
		options: o.withDefaults(), changed: make(chan struct{}), base: "http://slack.invalid",
	}
	s.done, s.cancel = context.WithCancel(context.Background())
	s.world = newWorld(s.options.EnterpriseID)
	if s.world.enterprise != "" {
		s.Users.Colleague = colleagueID
	}
	s.modals = newModals()
	s.files = newFiles()
	s.urls = newResponseURLs()
	s.triggers = map[string]*trigger{}
	s.socket = newSocket()
	s.ledger = newLedger()
	s.limits = newLimits()
	s.faults = newFaults()
	s.methods = methods()
	s.handler = s.routes()
	return s
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveAPI)
	mux.HandleFunc("GET /socket", s.serveSocket)
	mux.HandleFunc("POST /response/{token}", s.serveResponseURL)
	mux.HandleFunc("POST /files/upload/{token}", s.serveUpload)
	mux.Handle("/_control/", http.StripPrefix("/_control", http.NewCrossOriginProtection().Handler(s.control())))
	mux.Handle("/", s.Page())
	return mux
}

// ServeHTTP serves every path in the package's description.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.handler.ServeHTTP(w, r)
}

// Close cuts all connections, ends everything that waits and returns when the last goroutine has gone. Requests that
// still run in the HTTP server around it end by themselves soon after.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.cancel()
	s.cutAll()
	s.ledger.stopTimers()
	s.mu.Unlock()
	s.wg.Wait()
}
