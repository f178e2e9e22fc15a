package slacktest

import (
	"html/template"
	"net/http"
)

// Panel is a panel next to the conversation, such as the demo's organisation. The page inserts its markup into the
// element with the id "sidebar" and loads panel/panel.css and panel/panel.js.
type Panel struct {
	// Draw returns the initial markup, which must be escaped.
	Draw func() (template.HTML, error)
	// Handler serves the paths below panel/, without that prefix. The page's content-security policy and its check
	// of the origin apply.
	Handler http.Handler
	// Changes returns a channel that is closed at the next change. The page then dispatches the event "panelchange" on its
	// document. Nil means that the panel never changes by itself.
	Changes func() <-chan struct{}
}

// Completion is a completion of the first command.
type Completion struct {
	Text        string // The text after the command, such as "scan [days]".
	Description string
}

// renderPanel returns the initial markup of the panel, empty without a panel.
func (p *page) renderPanel() (template.HTML, error) {
	if p.ws.options.Panel == nil {
		return "", nil
	}
	return p.ws.options.Panel.Draw()
}

// panelChanges returns a channel that is closed at the next change of the panel, or nil.
func (p *page) panelChanges() <-chan struct{} {
	if p.ws.options.Panel == nil || p.ws.options.Panel.Changes == nil {
		return nil
	}
	return p.ws.options.Panel.Changes()
}
