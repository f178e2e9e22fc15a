package atlassiantest

import (
	"crypto/subtle"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"
)

// anyDirectory in the path of a read means all directories.
const anyDirectory = "-"

// maxBody is the maximum request body in bytes.
const maxBody = 1 << 20

// call is one API request.
type call struct {
	*Server
	r         *http.Request
	route     *route
	org       string
	directory string
	account   string
	group     string
	body      []byte
	now       time.Time
	fault     *Fault // never nil; the zero fault has no effect.
	// lagged holds the lags of the people that the answer depends on, by account.
	lagged map[string]*lag
}

// serveAPI handles an API call. The package documentation lists the steps.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	c, apiErr := s.receive(r)
	request := s.logCall(c)
	a := c.respond(apiErr, request)
	s.log.end(request.Seq, a.status)
	a.header.Set("Date", time.Now().Add(s.skew()).UTC().Format(http.TimeFormat))
	a.send(w, r, c.fault)
}

// receive matches the route and reads the body.
func (s *Server) receive(r *http.Request) (*call, *apiError) {
	route, args, apiErr := match(r)
	c := &call{
		Server: s, r: r, route: route,
		org: args["org"], directory: args["directory"], account: args["account"], group: args["group"],
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if apiErr == nil && (err != nil || len(body) > maxBody) {
		apiErr = badBody("the body is unreadable or too long")
	}
	c.body = body
	return c, apiErr
}

// logCall logs the call and selects its fault.
func (s *Server) logCall(c *call) Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.fault = s.takeFault(c.route.name, c.account)
	if c.route.name == "POST suspend" {
		if i, ok := s.people.find(c.account); ok {
			s.people.edit(i, time.Now()).SuspendRequests++
		}
	}
	return s.log.begin(c.route.name, c.account)
}

// respond returns the response, from the call's fault or from its handler.
func (c *call) respond(apiErr *apiError, request Request) *response {
	f := c.fault
	late := f.Cut == CutAfter
	switch {
	case !c.wait(f.delay()),
		f.Hold && !late && !c.heldCalls.hold(c.r.Context(), request),
		f.Cut == CutBefore:
		return dropped()
	case f.isGatewayResponse() && !late:
		return f.gatewayResponse()
	}
	a := c.execute(apiErr)
	if !late {
		return a
	}
	if f.Hold {
		c.heldCalls.hold(c.r.Context(), request)
	}
	return dropped()
}

// wait waits for d and reports whether the client is still connected.
func (c *call) wait(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.r.Context().Done():
		return false
	}
}

// execute authenticates, counts and checks the call, then runs its handler.
func (c *call) execute(apiErr *apiError) *response {
	if apiErr != nil {
		return apiErr.response()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = time.Now()
	if !c.authorized() {
		return unauthorized.response()
	}
	quota, apiErr := c.limits.take(c.route.name, c.now)
	if apiErr == nil {
		apiErr = c.check()
	}
	var body any
	if apiErr == nil {
		body, apiErr = c.route.serve(c)
		c.countReads()
		if c.route.writes {
			c.notify()
		}
	}
	a := &response{status: http.StatusNoContent, header: http.Header{}}
	switch {
	case apiErr != nil:
		a = apiErr.response()
	case body != nil:
		a = jsonResponse(http.StatusOK, body)
	}
	if c.Server.org.limitHeaders {
		quota.writeHeaders(a.header, c.Server.org.skew)
	}
	return a
}

func (c *call) authorized() bool {
	key, ok := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	return ok && subtle.ConstantTimeCompare([]byte(key), []byte(c.APIKey)) == 1
}

// check returns the errors that are the same for every handler.
func (c *call) check() *apiError {
	org := &c.Server.org
	switch {
	case c.route.removed || slices.Contains(org.sunset, c.route.name):
		return routeRemoved
	case c.org != c.OrgID:
		return newAPIError(http.StatusNotFound, "ADMIN-404-2", "organization not found")
	case c.directory == anyDirectory && c.route.writes:
		return directoryRequired
	case c.directory != "" && c.directory != anyDirectory && !org.has(c.directory):
		return noDirectory
	}
	for name := range c.r.URL.Query() {
		if !slices.Contains(c.route.query, name) {
			return badBody("unknown parameter %q", name)
		}
	}
	return c.checkBody()
}

// checkBody rejects an unexpected body and a body that is not JSON.
func (c *call) checkBody() *apiError {
	if !c.route.hasBody {
		if len(c.body) > 0 && string(c.body) != "{}" {
			return badBody("this call has no body")
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return newAPIError(http.StatusUnsupportedMediaType, "ADMIN-415-1", "the body must be application/json")
	}
	return nil
}

func (o *org) has(directory string) bool {
	return slices.ContainsFunc(o.directories, func(d Directory) bool { return d.ID == directory })
}

// skew returns how far the clock in the headers is ahead.
func (s *Server) skew() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.org.skew
}
