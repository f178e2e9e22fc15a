package slacktest

import (
	"crypto/rand"
	"maps"
	"slices"
)

// maxStack is the maximum number of modals in a stack.
const maxStack = 3

// View is an open modal or a Home tab.
type View struct {
	ID              string   `json:"id"`
	Type            string   `json:"type"`
	User            string   `json:"user"`
	CallbackID      string   `json:"callback_id"`
	ExternalID      string   `json:"external_id,omitempty"`
	PrivateMetadata string   `json:"private_metadata"`
	Title           object   `json:"title,omitempty"`
	Submit          object   `json:"submit,omitempty"`
	Close           object   `json:"close,omitempty"`
	Blocks          []object `json:"blocks"`
	Hash            string   `json:"hash"` // Changes with every update.
	RootViewID      string   `json:"root_view_id"`
	PreviousViewID  string   `json:"previous_view_id,omitempty"`
	ClearOnClose    bool     `json:"clear_on_close"`
	NotifyOnClose   bool     `json:"notify_on_close"`
	// Values are the entered values, by block and action.
	Values map[string]map[string]object `json:"values"`
	// Errors are the errors of the last submission, by block.
	Errors map[string]string `json:"errors,omitempty"`
}

// openViews holds the stacks of open modals and the Home tabs, by user.
type openViews struct {
	stacks map[string][]*View
	homes  map[string]*View
}

func newOpenViews() openViews {
	return openViews{stacks: map[string][]*View{}, homes: map[string]*View{}}
}

func (w *workspace) listViews(user string) []View {
	w.mu.Lock()
	defer w.mu.Unlock()
	views := copies(w.views.stacks[user])
	for i := range views {
		views[i].Values, views[i].Errors = copyValues(views[i].Values), maps.Clone(views[i].Errors)
	}
	return views
}

func copyValues(values map[string]map[string]object) map[string]map[string]object {
	copied := map[string]map[string]object{}
	for block, actions := range values {
		copied[block] = maps.Clone(actions)
	}
	return copied
}

func (w *workspace) home(user string) (View, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if home := w.views.homes[user]; home != nil {
		return *home, true
	}
	return View{}, false
}

// find returns an open view or Home tab by its id or external id, or nil.
func (m *openViews) find(id, external string) *View {
	is := func(v *View) bool { return id != "" && v.ID == id || external != "" && v.ExternalID == external }
	for _, stack := range m.stacks {
		if v := find(stack, is); v != nil {
			return v
		}
	}
	for _, home := range m.homes {
		if is(home) {
			return home
		}
	}
	return nil
}

// newView returns a view with content that validateView accepted. The caller holds mu.
func (w *workspace) newView(user string, sent object) *View {
	v := &View{ID: w.newID("V"), User: user}
	v.RootViewID = v.ID
	v.setContent(sent)
	return v
}

// setContent replaces the content of a view. Entered values stay where block and action are the same.
func (v *View) setContent(sent object) {
	v.Type, v.CallbackID, v.ExternalID = str(sent, "type"), str(sent, "callback_id"), str(sent, "external_id")
	v.PrivateMetadata = str(sent, "private_metadata")
	v.Title, v.Submit, v.Close = child(sent, "title"), child(sent, "submit"), child(sent, "close")
	v.ClearOnClose, v.NotifyOnClose = params(sent).isTrue("clear_on_close"), params(sent).isTrue("notify_on_close")
	v.Blocks = addMissingIDs(children(sent, "blocks"))
	v.Values = inputState(v.Blocks, v.Values)
	v.Hash = rand.Text()
	v.Errors = nil
}

// push puts a view on a user's stack. The error is push_limit_reached.
func (m *openViews) push(v *View) *apiError {
	stack := m.stacks[v.User]
	if len(stack) >= maxStack {
		return failed("push_limit_reached")
	}
	if len(stack) > 0 {
		v.RootViewID, v.PreviousViewID = stack[0].ID, stack[len(stack)-1].ID
	}
	m.stacks[v.User] = append(stack, v)
	return nil
}

// top returns the topmost modal of a user, or nil.
func (m *openViews) top(user string) *View {
	stack := m.stacks[user]
	if len(stack) == 0 {
		return nil
	}
	return stack[len(stack)-1]
}

// remove closes a view.
func (m *openViews) remove(v *View) {
	m.stacks[v.User] = slices.DeleteFunc(slices.Clone(m.stacks[v.User]), func(o *View) bool { return o == v })
}

// json returns the view as it appears in the Web API and in payloads.
func (v *View) json() object {
	w := object{
		"id": v.ID, "team_id": teamID, "type": v.Type, "blocks": v.Blocks, "private_metadata": v.PrivateMetadata,
		"callback_id": v.CallbackID, "state": object{"values": v.Values}, "hash": v.Hash, "title": v.Title,
		"submit": v.Submit, "close": v.Close, "clear_on_close": v.ClearOnClose, "notify_on_close": v.NotifyOnClose,
		"previous_view_id": nil, "root_view_id": v.RootViewID, "app_id": appID, "external_id": v.ExternalID,
		"app_installed_team_id": teamID, "bot_id": botID,
	}
	if v.PreviousViewID != "" {
		w["previous_view_id"] = v.PreviousViewID
	}
	return w
}
