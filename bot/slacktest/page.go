package slacktest

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
)

//go:embed page
var pageFiles embed.FS

// assets are the page's own files, served under their names.
var assets = []string{"page.css", "blocks.css", "page.js", "draw.js", "entries.js", "table.js", "dates.js", "composer.js", "favicon.svg"}

// policy allows the page's own script and style and nothing from elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// page is the page on which a person acts as the people of the workspace.
type page struct {
	ws           *workspace
	interactions *interactions
}

// Page is the page on which a person plays the four people of the workspace. It may be mounted anywhere: its
// addresses are relative. It answers requests from other origins with 403, because it acts without a token.
func (p *page) handler() http.Handler {
	templates := p.templates()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { p.serve(w, r, templates, "page.html") })
	mux.HandleFunc("GET /conversation", func(w http.ResponseWriter, r *http.Request) { p.serve(w, r, templates, "conversation") })
	mux.HandleFunc("GET /changes", p.serveChanges)
	for _, name := range assets {
		mux.HandleFunc("GET /"+name, serveEmbedded("page/"+name))
	}
	mux.HandleFunc("GET /favicon.ico", serveEmbedded("page/favicon.svg"))
	mux.HandleFunc("GET /files/{id}/{name}", p.serveFile)
	p.interactions.register(mux)
	if beside := p.ws.options.Beside; beside != nil {
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

func (p *page) serve(w http.ResponseWriter, r *http.Request, t *template.Template, name string) {
	since := r.FormValue("since")
	if name == "page.html" {
		since = p.ws.nowTS()
	}
	data, ok := p.data(r.FormValue("user"), r.FormValue("channel"), since)
	if !ok {
		http.NotFound(w, r)
		return
	}
	var err error
	if name == "page.html" {
		data.Beside, err = p.panelMarkup()
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

// serveChanges tells the page of every change, as server-sent events: one without a name for the workspace, "panel"
// for what stands beside it.
func (p *page) serveChanges(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	stream := http.NewResponseController(w)
	here, beside := p.ws.changes(), p.panelChanges()
	for event := "retry: 1000\ndata: changed\n\n"; ; {
		if _, err := w.Write([]byte(event)); err != nil || stream.Flush() != nil {
			return
		}
		select {
		case <-here:
			here, event = p.ws.changes(), "data: changed\n\n"
		case <-beside:
			beside, event = p.panelChanges(), "event: panel\ndata: changed\n\n"
		case <-r.Context().Done():
			return
		case <-p.ws.done.Done():
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
