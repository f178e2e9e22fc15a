package slacktest

import (
	"context"
	"net/http"
)

// Page returns the handler of the web page on which a person acts as the users of the workspace. It may be mounted
// under any path, because its URLs are relative. It rejects requests from other origins with 403, because its actions
// need no token.
func (s *Server) Page() http.Handler { return s.page.handler() }

// Press sends the block_actions payload of a press and waits for the ack.
func (s *Server) Press(p Press) Result { return s.interactions.press(p) }

// Command sends a slash command and waits for the ack. A message in the ack is shown to the person. Names in the text
// become mentions, as with should_escape in an app's manifest, except for [Options.PlainCommands].
func (s *Server) Command(c Command) Result { return s.interactions.command(c) }

// Submit sends the view_submission payload of a modal, waits for the ack and applies its response_action: close the
// modal, show errors, update it, push another modal or close all.
func (s *Server) Submit(sub Submit) Result { return s.interactions.submit(sub) }

// Suggest sends a block_suggestion payload and waits for the ack, which contains the options:
// https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select.
func (s *Server) Suggest(g Suggest) Result { return s.interactions.suggest(g) }

// CloseView closes the topmost modal with its cancel button. The modal below it shows again, unless the closed modal
// has clear_on_close. The app receives view_closed if the modal has notify_on_close.
func (s *Server) CloseView(user, viewID string) Result {
	return s.interactions.close(Close{User: user, ViewID: viewID})
}

// CloseAllViews closes all modals, like the ✕ of the topmost one. The app receives view_closed for each modal that has
// notify_on_close.
func (s *Server) CloseAllViews(user, viewID string) Result {
	return s.interactions.close(Close{User: user, ViewID: viewID, All: true})
}

// Envelope sends a raw envelope and waits for the ack. It fails if the envelope to replay does not exist.
func (s *Server) Envelope(raw Envelope) (Result, error) { return s.socket.sendRaw(raw) }

// Acks returns the ledger: all envelopes, in the order in which they were sent, with their acks.
func (s *Server) Acks() []Ack { return s.socket.listAcks() }

// Connections returns the app's open connections, except those that were asked to disconnect.
func (s *Server) Connections() []Connection { return s.socket.listConnections() }

// Disconnect ends all connections. It fails for an unknown reason.
func (s *Server) Disconnect(d Disconnect) error { return s.socket.disconnect(d) }

// Messages returns the messages of a channel, or of all channels if it is empty, newest last. Deleted messages are
// included and marked.
func (s *Server) Messages(channel string) []Message { return s.workspace.listMessages(channel) }

// Ephemerals returns the messages that only this user sees, or those of all users if it is empty, newest last.
func (s *Server) Ephemerals(user string) []Message { return s.workspace.listEphemerals(user) }

// Views returns the open modals of a user, topmost last.
func (s *Server) Views(user string) []View { return s.workspace.listViews(user) }

// Home returns the Home tab that the app has published for a user. It reports false if there is none.
func (s *Server) Home(user string) (View, bool) { return s.workspace.home(user) }

// Files returns the files that were shared, including deleted ones.
func (s *Server) Files() []File { return s.workspace.listFiles() }

// AllUsers returns all users, including the outsider and the bot.
func (s *Server) AllUsers() []User { return s.workspace.listUsers() }

// Groups returns the user groups.
func (s *Server) Groups() []Group { return s.workspace.listGroups() }

// Channels returns the channels and direct messages.
func (s *Server) Channels() []Channel { return s.workspace.listChannels() }

// SetUser adds a user or replaces the one with its id.
func (s *Server) SetUser(u User) { s.workspace.setUser(u) }

// SetGroup adds a user group or replaces the one with its id.
func (s *Server) SetGroup(g Group) { s.workspace.setGroup(g) }

// SetChannel adds a channel or replaces the one with its id.
func (s *Server) SetChannel(c Channel) { s.workspace.setChannel(c) }

// SetMessagesTab turns the app's Messages tab on or off. Without it chat.postMessage to a person or to a direct message
// answers messages_tab_disabled: https://docs.slack.dev/surfaces/app-home.
func (s *Server) SetMessagesTab(on bool) { s.workspace.setMessagesTab(on) }

// Calls returns all Web API calls so far.
func (s *Server) Calls() []Call { return s.workspace.listCalls() }

// Violations returns all payloads that Slack would have rejected, with the reasons.
func (s *Server) Violations() []Violation { return s.workspace.listViolations() }

// Fault adds a fault. It fails for an invalid fault.
func (s *Server) Fault(f Fault) error { return s.faults.add(f) }

// Faults returns the faults that are still pending.
func (s *Server) Faults() []Fault { return s.faults.list() }

// ClearFaults removes all faults. Calls that are held stay held.
func (s *Server) ClearFaults() { s.faults.clear() }

// Release lets all held calls continue.
func (s *Server) Release() { s.faults.releaseHeld() }

// Held waits until at least one call is held and returns the methods of the held calls. It fails when the context or
// the server ends first.
func (s *Server) Held(ctx context.Context) ([]string, error) { return s.faults.waitHeld(ctx) }
