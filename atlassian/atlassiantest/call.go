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

// anyDirectory stands for all directories in the path of a read.
const anyDirectory = "-"

// maxBody is the largest request body that is read, in bytes.
const maxBody = 1 << 20

// call is one request to the API on its way.
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
	fault     *Fault // never nil; the zero fault does nothing.
}

// serveAPI takes a call from its arrival to its answer. See the package's story.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	c, refused := s.receive(r)
	request := s.arrive(c)
	a := c.respond(refused, request)
	s.log.end(request.Seq, a.status)
	a.header.Set("Date", time.Now().Add(s.skew()).UTC().Format(http.TimeFormat))
	a.send(w, r, c.fault)
}

// receive reads the call.
func (s *Server) receive(r *http.Request) (*call, *apiError) {
	route, args, refused := match(r)
	c := &call{
		Server: s, r: r, route: route,
		org: args["org"], directory: args["directory"], account: args["account"], group: args["group"],
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if refused == nil && (err != nil || len(body) > maxBody) {
		refused = badBody("the body could not be read or is too long")
	}
	c.body = body
	return c, refused
}

// arrive notes the call and finds the fault that meets it.
func (s *Server) arrive(c *call) Request {
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

// respond decides the respond, by the call's fault or by carrying it out.
func (c *call) respond(refused *apiError, request Request) *response {
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
	a := c.carryOut(refused)
	if !late {
		return a
	}
	if f.Hold {
		c.heldCalls.hold(c.r.Context(), request)
	}
	return dropped()
}

// wait waits and reports whether the caller is still there.
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

// carryOut checks the call, counts it and lets its handler answer.
func (c *call) carryOut(refused *apiError) *response {
	if refused != nil {
		return refused.response()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = time.Now()
	if !c.authorized() {
		return unauthorized.response()
	}
	quota, refused := c.limits.take(c.route.name, c.now)
	if refused == nil {
		refused = c.check()
	}
	var body any
	if refused == nil {
		body, refused = c.route.serve(c)
		if c.route.writes {
			c.notify()
		}
	}
	a := &response{status: http.StatusNoContent, header: http.Header{}}
	switch {
	case refused != nil:
		a = refused.response()
	case body != nil:
		a = jsonAnswer(http.StatusOK, body)
	}
	if c.Server.org.limitHeaders {
		quota.tell(a.header, c.Server.org.skew)
	}
	return a
}

func (c *call) authorized() bool {
	key, ok := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	return ok && subtle.ConstantTimeCompare([]byte(key), []byte(c.APIKey)) == 1
}

// check refuses what is wrong with a call whatever its handler.
func (c *call) check() *apiError {
	org := &c.Server.org
	switch {
	case c.route.removed || slices.Contains(org.sunset, c.route.name):
		return routeEnded
	case c.org != c.OrgID:
		return newAPIError(http.StatusNotFound, "ADMIN-404-2", "there is no such organization")
	case c.directory == anyDirectory && c.route.writes:
		return needsOne
	case c.directory != "" && c.directory != anyDirectory && !org.has(c.directory):
		return noDirectory
	}
	for name := range c.r.URL.Query() {
		if !slices.Contains(c.route.query, name) {
			return badBody("there is no parameter %q", name)
		}
	}
	return c.checkBody()
}

// checkBody refuses a body where there is none to be, and one that is not JSON.
func (c *call) checkBody() *apiError {
	if !c.route.hasBody {
		if len(c.body) > 0 && string(c.body) != "{}" {
			return badBody("this call takes no body")
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return newAPIError(http.StatusUnsupportedMediaType, "ADMIN-415-1", "the body has to be application/json")
	}
	return nil
}

func (o *org) has(directory string) bool {
	return slices.ContainsFunc(o.directories, func(d Directory) bool { return d.ID == directory })
}

// skew is how far the clock in the headers is ahead.
func (s *Server) skew() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.org.skew
}
