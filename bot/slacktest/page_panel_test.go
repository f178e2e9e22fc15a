package slacktest_test

import (
	"html/template"
	"net/http"
	"strings"
	"testing"

	"inactivebot/bot/slacktest"
)

func TestPageOffersAPlaceBeside(t *testing.T) {
	a := serve(t, slacktest.Options{Panel: &slacktest.Panel{
		Draw: func() (template.HTML, error) { return `<p id="own">Mine</p>`, nil },
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(r.Method + " " + r.URL.Path))
		}),
	}, Completions: []slacktest.Completion{{Text: "scan [days]", Description: "Look <now>"}}})
	page := a.get(t, "/")
	for _, want := range []string{`<aside id="sidebar"`, `<p id="own">Mine</p>`, `src="panel/panel.js"`, `href="panel/panel.css"`, `data-text="/inactive scan [days]"`, "Look &lt;now&gt;"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in %s", want, page)
		}
	}
	header, text := a.fetch(t, "/panel/own/path")
	if text != "GET /own/path" || header.Get("Content-Security-Policy") == "" {
		t.Errorf("the panel's handler received %q, policy %q", text, header.Get("Content-Security-Policy"))
	}
	if strings.Contains(a.get(t, "/conversation"), "Mine") {
		t.Error("the panel is rendered again with every message")
	}
}

func TestPageWithoutAPlaceBeside(t *testing.T) {
	a := serve(t, slacktest.Options{})
	if page := a.get(t, "/"); strings.Contains(page, "panel") || strings.Contains(page, "<aside") {
		t.Errorf("the page contains a panel: %s", page)
	}
}
