package slacktest

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
)

//go:embed page
var pageFiles embed.FS

// assets are the page's files, served under their names.
var assets = []string{"page.css", "blocks.css", "page.js", "draw.js", "entries.js", "table.js", "dates.js", "composer.js", "favicon.svg"}

// policy allows only the page's own scripts and styles.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// page is the web page on which a person acts as the users of the workspace.
type page struct {
	ws           *workspace
	interactions *interactions
}

// handler serves the page. It may be mounted under any path, because its URLs are relative. It rejects requests from
// other origins with 403, because its actions need no token.
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
	if panel := p.ws.options.Panel; panel != nil {
		mux.Handle("/panel/", http.StripPrefix("/panel", panel.Handler))
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
		data.Panel, err = p.renderPanel()
	}
	var b bytes.Buffer
	if err == nil {
		err = t.ExecuteTemplate(&b, name, data)
	}
	if err != nil {
		http.Error(w, "the page could not be rendered", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}

// serveChanges sends a server-sent event for every change: one without a name for the workspace, "panel" for the panel.
func (p *page) serveChanges(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	stream := http.NewResponseController(w)
	workspace, panel := p.ws.changes(), p.panelChanges()
	for event := "retry: 1000\ndata: changed\n\n"; ; {
		if _, err := w.Write([]byte(event)); err != nil || stream.Flush() != nil {
			return
		}
		select {
		case <-workspace:
			workspace, event = p.ws.changes(), "data: changed\n\n"
		case <-panel:
			panel, event = p.panelChanges(), "event: panel\ndata: changed\n\n"
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
