package atlassiantest

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Identity of the simulated organisation; the same in every run.
const (
	orgID       = "6d2f8c1e-94b7-4f3a-8e50-1c7a9b3d5f62"
	orgName     = "Example Industries"
	directoryID = "b1e4c7a9-3d58-4c26-9f0b-7e2d6a815c34"
	apiKey      = "ATCTT3-simulated-organisation-key-not-a-secret-5E1F"
)

// Options configures the organisation. The zero value is the demo's.
type Options struct {
	Users int   // Number of people; 0 means 250.
	Seed  int64 // Seed of the population; 0 means 1.
	// Candidates is the percentage of people who are inactive under the
	// product's default settings; 0 means 6, a negative number means none.
	Candidates int
	// Unlimited disables rate limits. See [Server.SetLimit].
	Unlimited bool
}

// Server is a simulated organisation: an [http.Handler] that serves the API
// under /admin/ and the control API under /_control/. Its methods mirror the
// control API and are safe for concurrent use.
type Server struct {
	OrgID       string
	DirectoryID string // The first directory; the only one by default.
	APIKey      string // The only accepted key.
	Owner       string // Account id of the org admin who created the key.

	mu        sync.Mutex
	people    *people
	groups    map[string]string // names by id.
	org       org
	limits    limits
	faults    []*Fault
	log       requestLog
	heldCalls heldCalls
	cursors   cursorSigner

	changed chan struct{} // closed at the next change; see server_people.go.

	control *http.ServeMux
}

// New returns an organisation. Ages are relative to the time of the call.
func New(o Options) *Server {
	users, seed, percent := o.Users, o.Seed, o.Candidates
	if users <= 0 {
		users = 250
	}
	if seed == 0 {
		seed = 1
	}
	if percent == 0 {
		percent = 6
	}
	now := time.Now().UTC().Truncate(time.Second)
	s := &Server{
		OrgID: orgID, DirectoryID: directoryID, APIKey: apiKey,
		people:    newPeople(newGenerator(users, seed, min(percent, 100), now)),
		groups:    map[string]string{},
		org:       defaultOrg(),
		limits:    newLimits(!o.Unlimited),
		heldCalls: newHeldCalls(),
		cursors:   newCursorSigner(seed),

		changed: make(chan struct{}),
	}
	for _, name := range groups {
		s.groups[uuid(name)] = name
	}
	s.Owner = s.people.owner()
	s.control = s.controlMux()
	return s
}

// owner returns the account id of the key's owner, the first edge case. It is
// empty if the organisation is too small to have one.
func (g *generator) owner() string {
	for i := range g.n {
		if kind, k := g.place(i); kind == edgeCase && k == 0 {
			return g.accountID(i)
		}
	}
	return ""
}

// ServeHTTP serves the API and the control API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/admin/"):
		s.serveAPI(w, r)
	case strings.HasPrefix(r.URL.Path, "/_control/"):
		s.control.ServeHTTP(w, r)
	default:
		write(w, newAPIError(http.StatusNotFound, "ADMIN-404-1", "not found").response())
	}
}

// Groups returns the names of all groups by id.
func (s *Server) Groups() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.groups)
}

// Held waits until a fault holds calls and returns them. It returns the
// context's error if none is held before ctx ends.
func (s *Server) Held(ctx context.Context) ([]Request, error) { return s.heldCalls.wait(ctx) }

// Release lets the held calls continue and returns their number.
func (s *Server) Release() int { return s.heldCalls.release() }
