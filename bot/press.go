package bot

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"
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

// press is one thing somebody did in Slack: a button, a submitted modal or a
// command. It carries ids only; what they mean is looked up.
type press struct {
	what     string // the action id, callback id or command word.
	user     string
	channel  string // empty in a modal.
	value    string // a button's value, a modal's private metadata, a command's words.
	trigger  string
	response string // the response_url, empty in a modal.
	view     string // the id of the modal it happened in, empty outside.
	submit   bool   // the modal was submitted, not a button in it pressed.
	private  string // that modal's private metadata.
	state    map[string]map[string]slack.BlockAction
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

// pressIn is who pressed, and where; empty where it is no press.
func pressIn(evt socketmode.Event) press {
	switch data := evt.Data.(type) {
	case slack.SlashCommand:
		return press{user: data.UserID, channel: data.ChannelID, value: data.Text, trigger: data.TriggerID, response: data.ResponseURL}
	case slack.InteractionCallback:
		return pressOf(data)
	}
	return press{}
}

func pressOf(c slack.InteractionCallback) press {
	return press{
		user: c.User.ID, channel: c.Channel.ID, trigger: c.TriggerID, response: c.ResponseURL, view: c.View.ID,
		private: c.View.PrivateMetadata, submit: c.Type == slack.InteractionTypeViewSubmission,
	}
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

// refuse tells the presser alone that nothing happened and why, and keeps a
// record of it.
func (h *responder) refuse(ctx context.Context, p press, cause, text string) Reply {
	line := storage.Line{At: time.Now().UTC(), Actor: p.user, Action: "refused", Outcome: cause, Detail: map[string]string{"press": p.what}}
	if err := h.store.Record(line); err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("refusal not recorded")
	}
	if p.submit {
		return Reply{Ack: slack.NewUpdateViewSubmissionResponse(notice("Nothing was changed", text)), Refused: cause}
	}
	r := h.say(p, text)
	r.Refused = cause
	return r
}

// outcome answers a press that was refused by the state of things, and says so
// where something is broken.
func (h *responder) outcome(ctx context.Context, p press, err error) Reply {
	if r, ok := storage.AsRefusal(err); ok {
		return h.refuse(ctx, p, string(r.Cause), refusalText(r))
	}
	if errors.Is(err, storage.ErrNotFound) {
		return h.refuse(ctx, p, "unknown", "This button belongs to nothing that is stored here. Nothing was changed. Type `/inactive report` for the current report.")
	}
	zerolog.Ctx(ctx).Error().Err(err).Str("press", p.what).Msg("press failed")
	cause, text := broken(err)
	return h.refuse(ctx, p, cause, text)
}

// broken tells a person that an error kept anything from being done.
func broken(err error) (cause, text string) {
	if _, full := errors.AsType[storage.ErrNotWritten](err); full {
		return "not written", "The bot cannot write its database, perhaps because the disk is full, and nothing was changed. The bot's log names the file; please try again when there is room."
	}
	if _, damaged := errors.AsType[storage.ErrCorrupt](err); damaged {
		return "damaged", "The bot's database is damaged, and nothing was changed. The bot's log says how to put a backup copy back."
	}
	return "internal", "Something went wrong inside the bot, and nothing was changed. Please try again; if it stays so, look at the bot's log."
}

// rowOf reads the value of a person's button.
func (h *EventHandler) rowOf(value string) (storage.Report, string, error) {
	id, account, ok := strings.Cut(value, ".")
	n, err := strconv.ParseUint(id, 10, 64)
	if !ok || err != nil || account == "" {
		return storage.Report{}, "", storage.ErrNotFound
	}
	r, err := h.store.Report(n)
	return r, account, err
}

// reportOf reads the value of a report's button.
func (h *EventHandler) reportOf(value string) (storage.Report, error) {
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		return storage.Report{}, storage.ErrNotFound
	}
	return h.store.Report(n)
}

// batchOf reads the value of a batch's button.
func (h *EventHandler) batchOf(value string) (storage.Batch, error) {
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		return storage.Batch{}, storage.ErrNotFound
	}
	return h.store.Batch(n)
}

func notice(title, text string) *slack.ModalViewRequest {
	v := blocks.Notice(title, text)
	return &v
}

// brokenText is what a presser reads after a panic: whatever was decided before
// it is stored, and the report shows it.
const brokenText = "Something went wrong inside the bot, and it is not certain that your press counted. Please look at the report before you press again; the bot's log says more."

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
