package handler

import (
	"context"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/atlassian"
	"inactivebot/bot/approvers"
	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/bot/receiver"
	"inactivebot/bot/scan"
	"inactivebot/bot/slackapi"
	"inactivebot/bot/view"
	"inactivebot/storage"
)

// Options are the settings of a [Handler].
type Options struct {
	Channel      string       // the admin channel's id.
	Product      string       // the product whose use counts.
	Sites        []string     // the sites in scope; empty: all.
	InactiveDays int          // the threshold.
	Rules        policy.Rules // the exclusion rules of the settings.
	ReportOnly   bool         // turns suspending off.
}

// Handler decides what a press, a modal or a command does: it authorises,
// stores the decision, and answers.
type Handler struct {
	responder
	lookup
	store      *storage.Store
	approvers  *approvers.Approvers
	scans      *scan.Service
	view       *view.View
	options    Options
	nextReport func() time.Time
	wake       func()                      // starts the next pass of the loops.
	background func(func(context.Context)) // runs work while the bot runs.
}

// Parts are what a [Handler] works with. All are required.
type Parts struct {
	Store      *storage.Store
	Slack      *slackapi.Client
	Atlassian  *atlassian.Client
	Approvers  *approvers.Approvers
	Scans      *scan.Service
	View       *view.View
	NextReport func() time.Time            // returns when the schedule makes the next report.
	Wake       func()                      // is called where a decision follows the ack.
	Background func(func(context.Context)) // runs work that outlives a press, until the bot stops.
}

// New returns a handler.
func New(p Parts, o Options) *Handler {
	return &Handler{
		responder: responder{store: p.Store, slack: p.Slack, channel: o.Channel},
		lookup:    lookup{store: p.Store, client: p.Atlassian, approvers: p.Approvers, scans: p.Scans},
		store:     p.Store, approvers: p.Approvers, scans: p.Scans, view: p.View, options: o,
		nextReport: p.NextReport, wake: p.Wake, background: p.Background,
	}
}

// action handles one kind of press by a person who may press.
type action func(*Handler, context.Context, press) receiver.Reply

// buttons are the actions of the buttons in messages and modals.
var buttons = map[string]action{
	blocks.ActionExclude:              (*Handler).pressExclude,
	blocks.ActionUndoExclude:          (*Handler).pressUndoExclude,
	blocks.ActionExcludeDetails:       (*Handler).pressExcludeDetails,
	blocks.ActionSuspendAll:           (*Handler).pressSuspendAll,
	blocks.ActionRestore:              (*Handler).pressRestore,
	blocks.ActionRestorePerson:        (*Handler).pressRestorePerson,
	blocks.ActionUndoBatch:            (*Handler).pressUndoBatch,
	blocks.ActionStop:                 (*Handler).pressStop,
	blocks.ActionResume:               (*Handler).pressResume,
	blocks.ActionClose:                (*Handler).pressClose,
	blocks.ActionBrowse:               (*Handler).pressBrowse,
	blocks.ActionBrowsePage:           (*Handler).pressBrowsePage,
	blocks.ActionBrowsePage + "_back": (*Handler).pressBrowsePage,
	blocks.ActionBrowseSearch:         (*Handler).pressBrowseSearch,
	blocks.ActionBrowseSort:           (*Handler).pressBrowseSort,
	blocks.ActionLanes:                (*Handler).pressLanes,
	blocks.ActionLanesOpen:            (*Handler).pressLanesOpen,
	blocks.ActionLanesPage:            (*Handler).pressLanesOpen,
	blocks.ActionLanesPage + "_back":  (*Handler).pressLanesOpen,
	blocks.ActionLanesSearch:          (*Handler).pressLanesSearch,
	blocks.ActionLanesCSV:             (*Handler).pressLanesCSV,

	blocks.ActionRemoveExclusion:          (*Handler).pressRemoveExclusion,
	blocks.ActionExclusionsPage:           (*Handler).pressExclusionsPage,
	blocks.ActionExclusionsPage + "_back": (*Handler).pressExclusionsPage,

	blocks.ActionScanAgain:     (*Handler).pressScanAgain,
	blocks.ActionSecondApprove: (*Handler).pressSecondApproval,
	blocks.ActionOverride:      (*Handler).pressOverride,
}

// submits are the actions of submitted modals.
var submits = map[string]action{
	blocks.ViewSuspend:  (*Handler).submitSuspend,
	blocks.ViewExclude:  (*Handler).submitExcludeDetails,
	blocks.ViewRestore:  (*Handler).submitRestore,
	blocks.ViewUndo:     (*Handler).submitUndo,
	blocks.ViewOverride: (*Handler).submitOverride,
	blocks.ViewSecond:   (*Handler).submitSecondApproval,
	blocks.ViewBrowse:   (*Handler).submitBrowse,
	blocks.ViewLanes:    (*Handler).submitLanes,
}

// Handle authorises a press and runs its action. It implements the receiver's
// Handler.
func (h *Handler) Handle(ctx context.Context, evt socketmode.Event) receiver.Reply {
	switch data := evt.Data.(type) {
	case slack.SlashCommand:
		return h.command(ctx, pressFromEvent(evt))
	case slack.InteractionCallback:
		return h.interaction(ctx, data)
	}
	return receiver.Reply{}
}

func (h *Handler) interaction(ctx context.Context, c slack.InteractionCallback) receiver.Reply {
	p := pressFromInteraction(c)
	switch c.Type {
	case slack.InteractionTypeViewSubmission:
		p.what, p.value = c.View.CallbackID, p.private
		if c.View.State != nil {
			p.state = c.View.State.Values
		}
		return h.dispatch(ctx, submits, p)
	case slack.InteractionTypeBlockActions:
		if len(c.ActionCallback.BlockActions) != 1 {
			return receiver.Reply{}
		}
		return h.dispatch(ctx, buttons, p.of(c.ActionCallback.BlockActions[0]))
	}
	return receiver.Reply{}
}

// unknownAction stands for an action or command that the bot does not have.
const unknownAction = "unknown"

// dispatch runs the action of a press. It refuses a person who may not press, and
// an action that does not exist.
func (h *Handler) dispatch(ctx context.Context, table map[string]action, p press) receiver.Reply {
	reply := h.run(ctx, table, p)
	reply.User = p.user
	if reply.Action = unknownAction; table[p.what] != nil {
		reply.Action = p.what
	}
	return reply
}

func (h *Handler) run(ctx context.Context, table map[string]action, p press) receiver.Reply {
	if h.isForeign(p) {
		return h.refuseForeign(ctx, p)
	}
	act, ok := table[p.what]
	if !ok {
		return h.refuse(ctx, p, unknownAction, "This version of the bot does not have this button. Nothing was changed. Type `/inactive report` for the current report.")
	}
	if v := h.approvers.Judge(ctx, p.user); v != approvers.Allowed {
		return h.refuse(ctx, p, string(v), verdictText(v))
	}
	if p.view == "" && p.channel != h.options.Channel {
		return h.refuse(ctx, p, "wrong_channel", "Buttons of this bot work only in <#"+h.options.Channel+">. Nothing was changed.")
	}
	if reply, ok := h.checkBinding(ctx, p); !ok {
		return reply
	}
	return act(h, ctx, p)
}

// Panicked returns the reply to a press whose handling panicked. It implements the
// receiver's Handler.
func (h *Handler) Panicked(evt socketmode.Event, acked bool) receiver.Reply {
	p := pressFromEvent(evt)
	if p.user == "" {
		return receiver.Reply{After: func(context.Context) error { return nil }}
	}
	reply := h.replyText(p, brokenText)
	if p.submit && !acked {
		reply = receiver.Reply{Ack: h.noticeAck("Something went wrong", brokenText)}
	}
	reply.Action, reply.User, reply.Refused = actionOf(evt), p.user, "panicked"
	return reply
}

// actionOf returns what was pressed, submitted or typed as a name of the code,
// and never what a person wrote.
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
