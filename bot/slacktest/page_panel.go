package slacktest

import (
	"html/template"
	"net/http"
)

// Beside is what somebody else shows beside the conversation: the demo's organisation, for one. Its markup stands in
// an element with the id "beside", and the page loads panel/panel.css and panel/panel.js for it.
type Beside struct {
	// Draw returns the markup as the page first shows it. It must be escaped.
	Draw func() (template.HTML, error)
	// Handler serves the paths below panel/, under the page's own content-security policy and guard against other
	// origins. It sees paths without that prefix.
	Handler http.Handler
	// Changes returns a channel that closes at the next change. The page then raises the event "panelchange" on its
	// document. Nil means that nothing changes by itself.
	Changes func() <-chan struct{}
}

// Hint is one way in which a command can go on.
type Hint struct {
	Text        string // What follows the command, such as "scan [days]".
	Description string
}

// panelMarkup returns what is shown beside the conversation, or nothing.
func (p *page) panelMarkup() (template.HTML, error) {
	if p.ws.options.Beside == nil {
		return "", nil
	}
	return p.ws.options.Beside.Draw()
}

// panelChanges returns a channel that closes at the next change beside the conversation; nil when there is none.
func (p *page) panelChanges() <-chan struct{} {
	if p.ws.options.Beside == nil || p.ws.options.Beside.Changes == nil {
		return nil
	}
	return p.ws.options.Beside.Changes()
}
