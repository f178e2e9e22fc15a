package bot

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// pressBrowse shows everybody of a report to the presser alone.
func (b *Bot) pressBrowse(ctx context.Context, p press) reply {
	r, err := b.reportOf(p.value)
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	return b.openList(ctx, p, r.Candidates, func() (slack.ModalViewRequest, error) { return b.browseView(blocks.Look{Report: r.ID}) })
}

// pressBrowsePage turns a page of Browse.
func (b *Bot) pressBrowsePage(ctx context.Context, p press) reply {
	id, page, _ := strings.Cut(p.value, ".")
	r, errReport := b.reportOf(id)
	n, errPage := strconv.Atoi(page)
	if err := errors.Join(errReport, errPage); err != nil {
		return b.outcome(ctx, p, storage.ErrNotFound)
	}
	look := lookIn(p, r.ID).At(n)
	return b.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return b.browseView(look) })
}

// pressBrowseSearch searches for what was typed before Enter.
func (b *Bot) pressBrowseSearch(ctx context.Context, p press) reply {
	look, err := b.looking(p)
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	look = look.Searching(p.value)
	return b.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return b.browseView(look) })
}

// pressBrowseSort shows the first page in another order.
func (b *Bot) pressBrowseSort(ctx context.Context, p press) reply {
	look, err := b.looking(p)
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	look = look.Sorting(p.value).At(0)
	return b.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return b.browseView(look) })
}

// submitBrowse searches as well: it is the button below the list.
func (b *Bot) submitBrowse(ctx context.Context, p press) reply {
	look, err := b.looking(p)
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	look = look.Searching(entered(p, blocks.ActionBrowseSearch))
	return b.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return b.browseView(look) })
}

// browseView reads the people of a report once and shows a page of them.
func (b *Bot) browseView(l blocks.Look) (slack.ModalViewRequest, error) {
	r, err := b.store.Report(l.Report)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	shown := blocks.Report{Report: r}
	var errs [3]error
	shown.Scan, errs[0] = b.store.Scan(r.ScanID)
	shown.Candidates, errs[1] = b.candidates(context.Background(), r)
	shown.Since, errs[2] = b.reportBefore(r)
	return blocks.Browse(shown, l), errors.Join(errs[:]...)
}

// looking is the part of a list that a press in a modal was made in.
func (b *Bot) looking(p press) (blocks.Look, error) {
	l, ok := blocks.ReadLook(p.private)
	if !ok {
		return l, storage.ErrNotFound
	}
	_, err := b.store.Report(l.Report)
	return l, err
}

// lookIn is the same for a button that names its report: what a modal of
// another report remembers does not count.
func lookIn(p press, report uint64) blocks.Look {
	if l, ok := blocks.ReadLook(p.private); ok && l.Report == report {
		return l
	}
	return blocks.Look{Report: report}
}

// entered is the text that stands in a field of a submitted modal.
func entered(p press, action string) string {
	for _, fields := range p.state {
		if field, ok := fields[action]; ok {
			return field.Value
		}
	}
	return ""
}

// chosen is the value of a button, what was typed into a field, or what was
// chosen in a select.
func chosen(a *slack.BlockAction) string {
	if a.Value != "" {
		return a.Value
	}
	return a.SelectedOption.Value
}

// quickly is how many people are read and shown well before a trigger, which
// lives for 3 s, has gone.
const quickly = 1000

// openList opens a modal after the ack. One that takes long to fill is opened
// with a word of patience first.
func (b *Bot) openList(ctx context.Context, p press, people int, view func() (slack.ModalViewRequest, error)) reply {
	if p.view != "" {
		return b.redraw(ctx, p, view)
	}
	return reply{then: func(ctx context.Context) error {
		if people <= quickly {
			v, err := view()
			if err != nil {
				return b.outcome(ctx, p, err).then(ctx)
			}
			return b.open(p, v).then(ctx)
		}
		opened, err := b.slack.OpenViewContext(ctx, p.trigger, blocks.Notice("One moment", "Reading the list of "+blocks.People(people)+" …"))
		if err != nil {
			return b.unseen(ctx, p, err, notOpened)
		}
		p.view = opened.ID
		return b.redraw(ctx, p, view).then(ctx)
	}}
}

// maxAck is how large the answer in an ack may be, in bytes: Slack drops frames
// of more than 20,480.
const maxAck = 16_000

// redraw shows something else in the modal that was pressed in. A submitted
// modal stays open only if the ack says what it shows.
func (b *Bot) redraw(ctx context.Context, p press, view func() (slack.ModalViewRequest, error)) reply {
	draw := reply{then: func(ctx context.Context) error {
		v, err := view()
		if err != nil {
			p.submit = false
			return b.outcome(ctx, p, err).then(ctx)
		}
		_, err = b.slack.UpdateViewContext(ctx, v, "", "", p.view)
		if isSlackError(err, "not_found") {
			return nil // whoever closed the window meanwhile misses nothing.
		}
		return b.unseen(ctx, p, err, notDrawn)
	}}
	if !p.submit {
		return draw
	}
	v, err := view()
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	if body, err := json.Marshal(v); err == nil && len(body) <= maxAck {
		return reply{ack: slack.NewUpdateViewSubmissionResponse(&v)}
	}
	draw.ack = slack.NewUpdateViewSubmissionResponse(notice("One moment", "Searching …"))
	return draw
}

func (b *Bot) people(accounts []string) (out []storage.Person, err error) {
	for _, account := range accounts {
		p, err := b.store.Person(account)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func isNotFound(err error) bool { return errors.Is(err, storage.ErrNotFound) }
