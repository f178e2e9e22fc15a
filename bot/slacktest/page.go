package slacktest

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"net/http"
	"slices"
)

//go:embed page
var pageFiles embed.FS

// assets are the page's own files, served under their names.
var assets = []string{"page.css", "blocks.css", "page.js", "draw.js", "entries.js", "table.js", "dates.js", "composer.js", "favicon.svg"}

// policy allows the page's own script and style and nothing from elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Page is the page on which a person plays the four people of the workspace. It may be mounted anywhere: its
// addresses are relative. It answers requests from other origins with 403, because it acts without a token.
func (s *Server) Page() http.Handler {
	templates := s.templates()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { s.servePage(w, r, templates, "page.html") })
	mux.HandleFunc("GET /conversation", func(w http.ResponseWriter, r *http.Request) { s.servePage(w, r, templates, "conversation") })
	mux.HandleFunc("GET /changes", s.serveChanges)
	for _, name := range assets {
		mux.HandleFunc("GET /"+name, serveEmbedded("page/"+name))
	}
	mux.HandleFunc("GET /favicon.ico", serveEmbedded("page/favicon.svg"))
	mux.HandleFunc("GET /files/{id}/{name}", s.serveFile)
	s.controlPeople(mux)
	if beside := s.options.Beside; beside != nil {
		mux.Handle("/panel/", http.StripPrefix("/panel", beside.Handler))
	}
	guarded := http.NewCrossOriginProtection().Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		guarded.ServeHTTP(w, r)
	})
}

// pageData is what the templates show: one conversation through the eyes of one person.
type pageData struct {
	User     User
	People   []User // Who the person can be.
	Channel  Channel
	Channels []Channel
	Threads  []thread
	Modal    *View
	Command  string
	Hints    []Hint
	Beside   template.HTML
	// Since is when the page was loaded, as a ts: what only the person sees and is older has gone, as in Slack.
	Since string
}

// thread is a message with its replies.
type thread struct {
	Message
	Replies []Message
	Open    bool // The replies are shown at first: those of the newest thread.
}

func (s *Server) servePage(w http.ResponseWriter, r *http.Request, t *template.Template, name string) {
	since := r.FormValue("since")
	if name == "page.html" {
		since = s.now()
	}
	data, ok := s.pageData(r.FormValue("user"), r.FormValue("channel"), since)
	if !ok {
		http.NotFound(w, r)
		return
	}
	var err error
	if name == "page.html" {
		data.Beside, err = s.besideMarkup()
	}
	var b bytes.Buffer
	if err == nil {
		err = t.ExecuteTemplate(&b, name, data)
	}
	if err != nil {
		http.Error(w, "the page cannot be drawn", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}

// pageData collects a conversation, the person's first one when they cannot see the one asked for. It reports false
// for a person who does not exist or is in no conversation.
func (s *Server) pageData(user, channel, since string) (pageData, bool) {
	user, channel = cmp.Or(user, s.Users.Approver), cmp.Or(channel, s.Channel)
	d := pageData{Since: since, Command: s.options.Commands[0], Hints: s.options.Hints}
	for _, u := range s.People() {
		switch u.ID {
		case s.Users.Approver, s.Users.Approver2, s.Users.Member, s.Users.Guest, colleagueID:
			d.People = append(d.People, u)
		}
		if u.ID == user {
			d.User = u
		}
	}
	for _, c := range s.Channels() {
		if !c.has(user) {
			continue
		}
		d.Channels = append(d.Channels, c)
		if c.ID == channel || d.Channel.ID == "" {
			d.Channel = c
		}
	}
	d.Threads = threads(s.seenBy(user, d.Channel.ID, since))
	if open := s.Views(user); len(open) > 0 {
		d.Modal = &open[len(open)-1]
	}
	return d, d.User.ID != "" && d.Channel.ID != ""
}

// seenBy returns what the person sees in a channel, in the order of sending. What they alone see is left out when it is
// older than since.
func (s *Server) seenBy(user, channel, since string) []Message {
	all := s.Messages(channel)
	for _, m := range s.Ephemerals(user) {
		if m.Channel == channel && !m.Deleted && compareTS(m.TS, since) >= 0 {
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(a, b Message) int { return compareTS(a.TS, b.TS) })
	return all
}

// now returns a ts of this moment, which no message has.
func (s *Server) now() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nextTS()
}

// threads puts replies under the messages they belong to. A deleted first message stays while it has replies.
func threads(all []Message) []thread {
	var found []thread
	at := map[string]int{}
	for _, m := range all {
		first, isReply := at[m.ThreadTS]
		switch {
		case m.isReply() && isReply && !m.Deleted:
			found[first].Replies = append(found[first].Replies, m)
		case !m.isReply():
			at[m.TS] = len(found)
			found = append(found, thread{Message: m})
		}
	}
	for i, t := range slices.Backward(found) {
		if len(t.Replies) > 0 {
			found[i].Open = true
			break
		}
	}
	shown := found[:0]
	for _, t := range found {
		if !t.Deleted || len(t.Replies) > 0 {
			shown = append(shown, t)
		}
	}
	return shown
}

// serveChanges tells the page of every change, as server-sent events: one without a name for the workspace, "panel"
// for what stands beside it.
func (s *Server) serveChanges(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	stream := http.NewResponseController(w)
	here, beside := s.changes(), s.besideChanges()
	for event := "retry: 1000\ndata: changed\n\n"; ; {
		if _, err := w.Write([]byte(event)); err != nil || stream.Flush() != nil {
			return
		}
		select {
		case <-here:
			here, event = s.changes(), "data: changed\n\n"
		case <-beside:
			beside, event = s.besideChanges(), "event: panel\ndata: changed\n\n"
		case <-r.Context().Done():
			return
		case <-s.done.Done():
			return
		}
	}
}

func serveEmbedded(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeFileFS(w, r, pageFiles, name)
	}
}
