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

// panel is the organisation beside the conversation: its directory, what can
// be done to it, and a short story to begin with. It alone knows both
// simulators.
type panel struct {
	organisation *atlassiantest.Server
	workspace    *slacktest.Server // set before anything is served.
	templates    *template.Template

	// monday asks for the scheduled report; nil where no bot runs here.
	monday chan time.Time

	lanes lanes

	mu        sync.Mutex
	tour      tour
	lastState channelState // what the channel showed last.
	message   string       // what the last press in the panel did.
}

func newPanel(organisation *atlassiantest.Server, withBot bool) *panel {
	p := &panel{organisation: organisation}
	if withBot {
		p.monday = make(chan time.Time, 1)
	}
	p.templates = template.Must(template.New("").Funcs(template.FuncMap{"ago": ago, "product": product}).ParseFS(panelFiles, "panel/*.html"))
	return p
}

// beside is the panel's place on the page.
func (p *panel) beside() *slacktest.Beside {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.serve)
	mux.HandleFunc("POST /person", p.posted(p.changePerson))
	mux.HandleFunc("POST /fault", p.posted(p.switchFault))
	mux.HandleFunc("POST /socket", p.posted(p.disconnect))
	mux.HandleFunc("POST /monday", p.posted(p.callMonday))
	mux.HandleFunc("POST /tour", p.posted(p.hideTour))
	for _, name := range []string{"panel.css", "panel.js"} {
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-cache")
			http.ServeFileFS(w, r, panelFiles, "panel/"+name)
		})
	}
	return &slacktest.Beside{
		Draw:    func() (template.HTML, error) { return p.draw("", everybody) },
		Handler: mux,
		Changes: p.organisation.Changes,
	}
}

// panelData is what the template shows.
type panelData struct {
	Steps   []step // Nil: the story was put away.
	Done    bool   // The story is over.
	Said    string
	Query   string
	Filter  filter
	Filters []filter
	Lanes   []filter // Nil: no bot runs here.
	People  found
	Faults  []faultSwitch
	Bot     bool
}

// draw is the panel with the people who fit.
func (p *panel) draw(query string, which filter) (template.HTML, error) {
	seen := p.readChannel()
	d := panelData{Query: query, Filter: which, Filters: filters, People: p.search(seen.listed, query, which), Faults: p.faults(), Bot: p.monday != nil}
	if d.Bot {
		d.Lanes = byLane
	}
	p.mu.Lock()
	d.Steps, d.Done = p.tour.update(seen, d.People)
	d.Said = p.message
	p.mu.Unlock()
	var b bytes.Buffer
	err := p.templates.ExecuteTemplate(&b, "panel.html", d)
	return template.HTML(b.String()), err
}

func (p *panel) serve(w http.ResponseWriter, r *http.Request) {
	markup, err := p.draw(r.FormValue("q"), filterNamed(r.FormValue("filter")))
	if err != nil {
		http.Error(w, "cannot render the organisation", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(markup))
}

// posted does what a form of the panel asks for, keeps what there is to say
// about it, and leads back to the page for those without a script. An empty
// answer of do means that the form asked for nothing that exists.
func (p *panel) posted(do func(*http.Request) string) http.HandlerFunc {
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

// callMonday makes it Monday, 9:00, for the bot.
func (p *panel) callMonday(*http.Request) string {
	if p.monday == nil {
		return "There is no bot here, so there is no schedule."
	}
	select {
	case p.monday <- time.Now():
		return "It is Monday, 9:00. The scheduled report is on its way."
	default:
		return "The scheduled report is already on its way."
	}
}

// keepSchedule makes the scheduled report whenever the panel asks for it.
func (p *panel) keepSchedule(ctx context.Context, runSlot func(context.Context, time.Time)) {
	for {
		select {
		case slot := <-p.monday:
			runSlot(ctx, slot)
		case <-ctx.Done():
			return
		}
	}
}
