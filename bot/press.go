package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/atlassian"
	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// handlerOptions are the settings of an [EventHandler].
type handlerOptions struct {
	Channel      string       // the admin channel's id.
	Product      string       // the product whose use counts.
	Sites        []string     // the sites in scope; empty: all.
	InactiveDays int          // the threshold.
	Rules        policy.Rules // the exclusion rules of the settings.
	ReportOnly   bool         // no one is suspended.
}

// EventHandler decides what a press, a modal or a command does: it authorises, stores the
// decision, and answers.
type EventHandler struct {
	responder
	lookup
	store      *storage.Store
	approvers  *approvers
	scans      *scanService
	view       *View
	options    handlerOptions
	nextReport func() time.Time
	wake       func()                      // starts the next pass of the loops.
	background func(func(context.Context)) // runs work while the bot runs.
}

// handlerParts are what an [EventHandler] works with. All are required.
type handlerParts struct {
	Store      *storage.Store
	Slack      *SlackClient
	Atlassian  *atlassian.Client
	Approvers  *approvers
	Scans      *scanService
	View       *View
	NextReport func() time.Time            // returns when the schedule makes the next report.
	Wake       func()                      // is called where a decision follows the ack.
	Background func(func(context.Context)) // runs work that outlives a press, until the bot stops.
}

// newEventHandler returns a handler.
func newEventHandler(p handlerParts, o handlerOptions) *EventHandler {
	return &EventHandler{
		responder: responder{store: p.Store, slack: p.Slack, channel: o.Channel},
		lookup:    lookup{store: p.Store, client: p.Atlassian, approvers: p.Approvers, scans: p.Scans},
		store:     p.Store, approvers: p.Approvers, scans: p.Scans, view: p.View, options: o,
		nextReport: p.NextReport, wake: p.Wake, background: p.Background,
	}
}

// handler decides about one kind of press, by somebody who may.
type action func(*EventHandler, context.Context, press) Reply

// buttons are the handlers of what can be pressed in messages and modals.
var buttons = map[string]action{
	blocks.ActionExclude:              (*EventHandler).pressExclude,
	blocks.ActionUndoExclude:          (*EventHandler).pressUndoExclude,
	blocks.ActionExcludeDetails:       (*EventHandler).pressExcludeDetails,
	blocks.ActionSuspendAll:           (*EventHandler).pressSuspendAll,
	blocks.ActionRestore:              (*EventHandler).pressRestore,
	blocks.ActionRestoreSomebody:      (*EventHandler).pressRestoreSomebody,
	blocks.ActionUndoBatch:            (*EventHandler).pressUndoBatch,
	blocks.ActionStop:                 (*EventHandler).pressStop,
	blocks.ActionResume:               (*EventHandler).pressResume,
	blocks.ActionClose:                (*EventHandler).pressClose,
	blocks.ActionBrowse:               (*EventHandler).pressBrowse,
	blocks.ActionBrowsePage:           (*EventHandler).pressBrowsePage,
	blocks.ActionBrowsePage + "_back": (*EventHandler).pressBrowsePage,
	blocks.ActionBrowseSearch:         (*EventHandler).pressBrowseSearch,
	blocks.ActionBrowseSort:           (*EventHandler).pressBrowseSort,
	blocks.ActionLanes:                (*EventHandler).pressLanes,
	blocks.ActionLanesOpen:            (*EventHandler).pressLanesOpen,
	blocks.ActionLanesPage:            (*EventHandler).pressLanesOpen,
	blocks.ActionLanesPage + "_back":  (*EventHandler).pressLanesOpen,
	blocks.ActionLanesSearch:          (*EventHandler).pressLanesSearch,
	blocks.ActionLanesCSV:             (*EventHandler).pressLanesCSV,

	blocks.ActionRemoveExclusion:          (*EventHandler).pressRemoveExclusion,
	blocks.ActionExclusionsPage:           (*EventHandler).pressExclusionsPage,
	blocks.ActionExclusionsPage + "_back": (*EventHandler).pressExclusionsPage,

	blocks.ActionScanAgain:     (*EventHandler).pressScanAgain,
	blocks.ActionSecondApprove: (*EventHandler).pressSecond,
	blocks.ActionOverride:      (*EventHandler).pressOverride,
}

// submits are the handlers of modals.
var submits = map[string]action{
	blocks.ViewSuspend:  (*EventHandler).submitSuspend,
	blocks.ViewExclude:  (*EventHandler).submitExcludeDetails,
	blocks.ViewRestore:  (*EventHandler).submitRestore,
	blocks.ViewUndo:     (*EventHandler).submitUndo,
	blocks.ViewOverride: (*EventHandler).submitOverride,
	blocks.ViewBrowse:   (*EventHandler).submitBrowse,
	blocks.ViewLanes:    (*EventHandler).submitLanes,
}

// Handle authorises a press and hands it to its action. It implements the receiver's
// Handler.
func (h *EventHandler) Handle(ctx context.Context, evt socketmode.Event) Reply {
	switch data := evt.Data.(type) {
	case slack.SlashCommand:
		p := pressIn(evt)
		return h.command(ctx, p)
	case slack.InteractionCallback:
		return h.interaction(ctx, data)
	}
	return Reply{}
}

func (h *EventHandler) interaction(ctx context.Context, c slack.InteractionCallback) Reply {
	p := pressOf(c)
	switch c.Type {
	case slack.InteractionTypeViewSubmission:
		p.what, p.value = c.View.CallbackID, c.View.PrivateMetadata
		if c.View.State != nil {
			p.state = c.View.State.Values
		}
		return h.dispatch(ctx, submits, p)
	case slack.InteractionTypeBlockActions:
		if len(c.ActionCallback.BlockActions) != 1 {
			return Reply{}
		}
		a := c.ActionCallback.BlockActions[0]
		p.what, p.value = a.ActionID, chosen(a)
		return h.dispatch(ctx, buttons, p)
	}
	return Reply{}
}

// unknownAction is what a person pressed or typed that the bot does not have.
const unknownAction = "unknown"

// dispatch runs the action of a press. It refuses a person who may not press, and
// an action that does not exist.
func (h *EventHandler) dispatch(ctx context.Context, table map[string]action, p press) Reply {
	reply := h.run(ctx, table, p)
	reply.User = p.user
	if reply.Action = unknownAction; table[p.what] != nil {
		reply.Action = p.what
	}
	return reply
}

func (h *EventHandler) run(ctx context.Context, table map[string]action, p press) Reply {
	act, ok := table[p.what]
	if !ok {
		return h.refuse(ctx, p, unknownAction, "This button is not one of this version of the bot. Nothing was changed. Type `/inactive report` for the current report.")
	}
	if v := h.approvers.judge(ctx, p.user); v != allowed {
		return h.refuse(ctx, p, string(v), verdictText(v))
	}
	if p.view == "" && p.channel != h.options.Channel {
		return h.refuse(ctx, p, "wrong_channel", "Buttons of this bot count only in <#"+h.options.Channel+">. Nothing was changed.")
	}
	return act(h, ctx, p)
}

// Panicked returns the reply to a press whose handling panicked. It implements the
// receiver's Handler.
func (h *EventHandler) Panicked(evt socketmode.Event, acked bool) Reply {
	p := pressIn(evt)
	if p.user == "" {
		return Reply{After: func(context.Context) error { return nil }}
	}
	reply := h.say(p, brokenText)
	if p.submit && !acked {
		reply = Reply{Ack: slack.NewUpdateViewSubmissionResponse(notice("Something went wrong", brokenText))}
	}
	reply.Action, reply.User, reply.Refused = actionOf(evt), p.user, "panicked"
	return reply
}

// actionOf returns what was pressed, submitted or typed, as a word of the code and never
// what a person wrote.
func actionOf(evt socketmode.Event) string {
	name, table := "", buttons
	switch data := evt.Data.(type) {
	case slack.SlashCommand:
		return commandAction(commandWord(data.Text))
	case slack.InteractionCallback:
		name = data.View.CallbackID
		if data.Type == slack.InteractionTypeViewSubmission {
			table = submits
		} else if len(data.ActionCallback.BlockActions) == 1 {
			name = data.ActionCallback.BlockActions[0].ActionID
		}
	}
	if table[name] == nil {
		return unknownAction
	}
	return name
}
