package slacktest

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"time"
)

//go:embed page
var pageFiles embed.FS

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
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /page.css", serveEmbedded("page/page.css"))
	mux.HandleFunc("GET /page.js", serveEmbedded("page/page.js"))
	mux.HandleFunc("GET /files/{id}/{name}", s.serveFile)
	s.controlPeople(mux)
	guarded := http.NewCrossOriginProtection().Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		guarded.ServeHTTP(w, r)
	})
}

func (s *Server) templates() *template.Template {
	t := template.New("")
	t.Funcs(template.FuncMap{
		"mrkdwn": s.mrkdwn,
		"name":   s.nameOf,
		"clock":  clock,
		"json":   func(value any) string { return string(encode(value)) },
		"draw": func(prefix string, o any) (template.HTML, error) {
			return draw(t, prefix, o)
		},
	})
	return template.Must(t.ParseFS(pageFiles, "page/*.html"))
}

// draw returns a block, an element or a cell by the template of its type; one without a template shows its name.
func draw(t *template.Template, prefix string, value any) (template.HTML, error) {
	o, _ := value.(object)
	one := t.Lookup(prefix + "-" + str(o, "type"))
	if one == nil {
		return template.HTML(template.HTMLEscapeString("[" + str(o, "type") + "]")), nil
	}
	var b bytes.Buffer
	err := one.Execute(&b, o)
	return template.HTML(b.String()), err
}

// clock returns the time of a ts for the page's script to show locally.
func clock(ts string) template.HTML {
	var seconds int64
	if _, err := fmt.Sscanf(ts, "%d.", &seconds); err != nil {
		return ""
	}
	at := time.Unix(seconds, 0).UTC()
	return template.HTML(dateReference(fmt.Sprintf("!date^%d^{time}", seconds), at.Format("15:04")))
}

// pageData is what the templates show: one conversation through the eyes of one person.
type pageData struct {
	User      User
	People    []User // Who the person can be.
	Channel   Channel
	Channels  []Channel
	Threads   []thread
	Ephemeral []Message
	Modal     *View
	Command   string
}

// thread is a message with its replies.
type thread struct {
	Message
	Replies []Message
}

func (s *Server) servePage(w http.ResponseWriter, r *http.Request, t *template.Template, name string) {
	data, ok := s.pageData(r.FormValue("user"), r.FormValue("channel"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, "the page cannot be drawn", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}

// pageData collects a conversation, the person's first one when they cannot see the one asked for. It reports false
// for a person who does not exist or is in no conversation.
func (s *Server) pageData(user, channel string) (pageData, bool) {
	user, channel = cmp.Or(user, s.Users.Approver), cmp.Or(channel, s.Channel)
	d := pageData{Command: s.options.Commands[0]}
	for _, u := range s.People() {
		switch u.ID {
		case s.Users.Approver, s.Users.Approver2, s.Users.Member, s.Users.Guest:
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
	d.Threads = threads(s.Messages(d.Channel.ID))
	for _, m := range s.Ephemerals(user) {
		if m.Channel == d.Channel.ID && !m.Deleted {
			d.Ephemeral = append(d.Ephemeral, m)
		}
	}
	if open := s.Views(user); len(open) > 0 {
		d.Modal = &open[len(open)-1]
	}
	return d, d.User.ID != "" && d.Channel.ID != ""
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
	shown := found[:0]
	for _, t := range found {
		if !t.Deleted || len(t.Replies) > 0 {
			shown = append(shown, t)
		}
	}
	return shown
}

// serveChanges tells the page of every change, as server-sent events.
func (s *Server) serveChanges(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	stream := http.NewResponseController(w)
	for {
		next := s.changes()
		if _, err := w.Write([]byte("data: changed\n\n")); err != nil || stream.Flush() != nil {
			return
		}
		select {
		case <-next:
		case <-r.Context().Done():
			return
		case <-s.done.Done():
			return
		}
	}
}

func serveEmbedded(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, pageFiles, name) }
}
