package main

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"net/http"
	"sync"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
)

//go:embed panel
var panelFiles embed.FS

// panel shows the organisation next to the conversation: its directory, actions
// on it and a tour. It is the only part that accesses both simulators.
type panel struct {
	organisation *atlassiantest.Server
	workspace    *slacktest.Server // set before the page is served.
	templates    *template.Template

	// monday requests the scheduled report; nil without a bot.
	monday chan time.Time

	lanes lanes

	mu        sync.Mutex
	tour      tour
	lastState channelState // the last state read from the channel.
	message   string       // the result of the last action in the panel.
}

func newPanel(organisation *atlassiantest.Server, withBot bool) *panel {
	p := &panel{organisation: organisation}
	if withBot {
		p.monday = make(chan time.Time, 1)
	}
	p.templates = template.Must(template.New("").Funcs(template.FuncMap{"ago": ago, "product": product}).ParseFS(panelFiles, "panel/*.html"))
	return p
}

// pagePanel returns the panel as an extension of the workspace's page.
func (p *panel) pagePanel() *slacktest.Panel {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.serve)
	mux.HandleFunc("POST /person", p.postHandler(p.changePerson))
	mux.HandleFunc("POST /fault", p.postHandler(p.switchFault))
	mux.HandleFunc("POST /socket", p.postHandler(p.disconnect))
	mux.HandleFunc("POST /monday", p.postHandler(p.runSchedule))
	mux.HandleFunc("POST /tour", p.postHandler(p.hideTour))
	for _, name := range []string{"panel.css", "panel.js"} {
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-cache")
			http.ServeFileFS(w, r, panelFiles, "panel/"+name)
		})
	}
	return &slacktest.Panel{
		Draw:    func() (template.HTML, error) { return p.render("", everyone) },
		Handler: mux,
		Changes: p.organisation.Changes,
	}
}

// panelData is the input of the template.
type panelData struct {
	Steps   []step // Nil: the tour is closed.
	Done    bool   // All steps are done.
	Message string
	Query   string
	Filter  filter
	Filters []filter
	Lanes   []filter // Nil without a bot.
	People  found
	Faults  []faultSwitch
	Bot     bool
}

// render renders the panel with the people that match.
func (p *panel) render(query string, which filter) (template.HTML, error) {
	seen := p.readChannel()
	d := panelData{Query: query, Filter: which, Filters: filters, People: p.search(seen.listed, query, which), Faults: p.faults(), Bot: p.monday != nil}
	if d.Bot {
		d.Lanes = byLane
	}
	p.mu.Lock()
	d.Steps, d.Done = p.tour.update(seen, d.People)
	d.Message = p.message
	p.mu.Unlock()
	var b bytes.Buffer
	err := p.templates.ExecuteTemplate(&b, "panel.html", d)
	return template.HTML(b.String()), err
}

func (p *panel) serve(w http.ResponseWriter, r *http.Request) {
	markup, err := p.render(r.FormValue("q"), filterNamed(r.FormValue("filter")))
	if err != nil {
		http.Error(w, "the panel could not be rendered", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(markup))
}

// postHandler returns a handler that runs an action of the panel, stores its result
// for display and redirects to the page for browsers without scripts. An empty
// result of do means an unknown action; it answers 400.
func (p *panel) postHandler(do func(*http.Request) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
		said := do(r)
		if said == "" {
			http.Error(w, "unknown action", http.StatusBadRequest)
			return
		}
		p.mu.Lock()
		p.message = said
		p.mu.Unlock()
		http.Redirect(w, r, "../", http.StatusSeeOther)
	}
}

// runSchedule requests the scheduled report of Monday, 9:00.
func (p *panel) runSchedule(*http.Request) string {
	if p.monday == nil {
		return "This demo runs without a bot, so no report is scheduled."
	}
	select {
	case p.monday <- time.Now():
		return "It is Monday, 9:00. The scheduled report is being created."
	default:
		return "The scheduled report is already being created."
	}
}

// serveSchedule runs the scheduled report when the panel requests it.
func (p *panel) serveSchedule(ctx context.Context, runSlot func(context.Context, time.Time)) {
	for {
		select {
		case slot := <-p.monday:
			runSlot(ctx, slot)
		case <-ctx.Done():
			return
		}
	}
}
