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

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

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
	log      *zerolog.Logger // of this press alone; nil: the bot's.
}

// handler decides about one kind of press, by somebody who may.
type handler func(*Bot, context.Context, press) reply

// buttons are the handlers of what can be pressed in messages and modals.
var buttons = map[string]handler{
	blocks.ActionExclude:              (*Bot).pressExclude,
	blocks.ActionUndoExclude:          (*Bot).pressUndoExclude,
	blocks.ActionExcludeDetails:       (*Bot).pressExcludeDetails,
	blocks.ActionSuspendAll:           (*Bot).pressSuspendAll,
	blocks.ActionRestore:              (*Bot).pressRestore,
	blocks.ActionRestoreSomebody:      (*Bot).pressRestoreSomebody,
	blocks.ActionUndoBatch:            (*Bot).pressUndoBatch,
	blocks.ActionStop:                 (*Bot).pressStop,
	blocks.ActionResume:               (*Bot).pressResume,
	blocks.ActionClose:                (*Bot).pressClose,
	blocks.ActionBrowse:               (*Bot).pressBrowse,
	blocks.ActionBrowsePage:           (*Bot).pressBrowsePage,
	blocks.ActionBrowsePage + "_back": (*Bot).pressBrowsePage,
	blocks.ActionBrowseSearch:         (*Bot).pressBrowseSearch,
	blocks.ActionBrowseSort:           (*Bot).pressBrowseSort,
	blocks.ActionLanes:                (*Bot).pressLanes,
	blocks.ActionLanesOpen:            (*Bot).pressLanesOpen,
	blocks.ActionLanesPage:            (*Bot).pressLanesOpen,
	blocks.ActionLanesPage + "_back":  (*Bot).pressLanesOpen,
	blocks.ActionLanesSearch:          (*Bot).pressLanesSearch,
	blocks.ActionLanesCSV:             (*Bot).pressLanesCSV,

	blocks.ActionRemoveExclusion:          (*Bot).pressRemoveExclusion,
	blocks.ActionExclusionsPage:           (*Bot).pressExclusionsPage,
	blocks.ActionExclusionsPage + "_back": (*Bot).pressExclusionsPage,

	blocks.ActionScanAgain:     (*Bot).pressScanAgain,
	blocks.ActionSecondApprove: (*Bot).pressSecond,
	blocks.ActionOverride:      (*Bot).pressOverride,
}

// submits are the handlers of modals.
var submits = map[string]handler{
	blocks.ViewSuspend:  (*Bot).submitSuspend,
	blocks.ViewExclude:  (*Bot).submitExcludeDetails,
	blocks.ViewRestore:  (*Bot).submitRestore,
	blocks.ViewUndo:     (*Bot).submitUndo,
	blocks.ViewOverride: (*Bot).submitOverride,
	blocks.ViewBrowse:   (*Bot).submitBrowse,
	blocks.ViewLanes:    (*Bot).submitLanes,
}

// answer authorises a press and hands it to its handler.
func (b *Bot) answer(ctx context.Context, evt socketmode.Event) reply {
	switch data := evt.Data.(type) {
	case slack.SlashCommand:
		p := pressIn(evt)
		p.log = zerolog.Ctx(ctx)
		return b.command(ctx, p)
	case slack.InteractionCallback:
		return b.interaction(ctx, data)
	}
	return reply{}
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

func (b *Bot) interaction(ctx context.Context, c slack.InteractionCallback) reply {
	p := pressOf(c)
	p.log = zerolog.Ctx(ctx)
	switch c.Type {
	case slack.InteractionTypeViewSubmission:
		p.what, p.value = c.View.CallbackID, c.View.PrivateMetadata
		if c.View.State != nil {
			p.state = c.View.State.Values
		}
		return b.dispatch(ctx, submits, p)
	case slack.InteractionTypeBlockActions:
		if len(c.ActionCallback.BlockActions) != 1 {
			return reply{}
		}
		a := c.ActionCallback.BlockActions[0]
		p.what, p.value = a.ActionID, chosen(a)
		return b.dispatch(ctx, buttons, p)
	}
	return reply{}
}

// dispatch refuses whoever may not press, and what nobody can press.
func (b *Bot) dispatch(ctx context.Context, table map[string]handler, p press) reply {
	h, ok := table[p.what]
	if !ok {
		return b.refuse(ctx, p, "unknown", "This button is not one of this version of the bot. Nothing was changed. Type `/inactive report` for the current report.")
	}
	if v := b.approvers.judge(ctx, p.user); v != allowed {
		return b.refuse(ctx, p, string(v), verdictText(v))
	}
	if p.view == "" && p.channel != b.settings.Channel {
		return b.refuse(ctx, p, "wrong_channel", "Buttons of this bot count only in <#"+b.settings.Channel+">. Nothing was changed.")
	}
	return h(b, ctx, p)
}

// refuse tells the presser alone that nothing happened and why, and keeps a
// record of it.
func (b *Bot) refuse(ctx context.Context, p press, cause, text string) reply {
	line := storage.Line{At: time.Now().UTC(), Actor: p.user, Action: "refused", Outcome: cause, Detail: map[string]string{"press": p.what}}
	if err := b.store.Record(line); err != nil {
		zerolog.Ctx(ctx).Error().Err(err).Msg("refusal not recorded")
	}
	if p.submit {
		return reply{ack: slack.NewUpdateViewSubmissionResponse(notice("Nothing was changed", text)), refused: cause}
	}
	r := b.say(p, text)
	r.refused = cause
	return r
}

// outcome answers a press that was refused by the state of things, and says so
// where something is broken.
func (b *Bot) outcome(ctx context.Context, p press, err error) reply {
	if r, ok := storage.AsRefusal(err); ok {
		return b.refuse(ctx, p, string(r.Cause), refusalText(r))
	}
	if errors.Is(err, storage.ErrNotFound) {
		return b.refuse(ctx, p, "unknown", "This button belongs to nothing that is stored here. Nothing was changed. Type `/inactive report` for the current report.")
	}
	zerolog.Ctx(ctx).Error().Err(err).Str("press", p.what).Msg("press failed")
	cause, text := broken(err)
	return b.refuse(ctx, p, cause, text)
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
func (b *Bot) rowOf(value string) (storage.Report, string, error) {
	id, account, ok := strings.Cut(value, ".")
	n, err := strconv.ParseUint(id, 10, 64)
	if !ok || err != nil || account == "" {
		return storage.Report{}, "", storage.ErrNotFound
	}
	r, err := b.store.Report(n)
	return r, account, err
}

// reportOf reads the value of a report's button.
func (b *Bot) reportOf(value string) (storage.Report, error) {
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		return storage.Report{}, storage.ErrNotFound
	}
	return b.store.Report(n)
}

// batchOf reads the value of a batch's button.
func (b *Bot) batchOf(value string) (storage.Batch, error) {
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		return storage.Batch{}, storage.ErrNotFound
	}
	return b.store.Batch(n)
}

func notice(title, text string) *slack.ModalViewRequest {
	v := blocks.Notice(title, text)
	return &v
}
