package handler

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/bot/receiver"
	"inactivebot/storage"
)

// pressBrowse shows everyone in a report to the person who pressed.
func (h *Handler) pressBrowse(ctx context.Context, p press) receiver.Reply {
	r, err := h.reportOf(p.value)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	return h.openList(ctx, p, r.Candidates, func() (slack.ModalViewRequest, error) { return h.browseView(blocks.ListState{Report: r.ID}) })
}

// pressBrowsePage shows another page of Browse.
func (h *Handler) pressBrowsePage(ctx context.Context, p press) receiver.Reply {
	id, page, _ := strings.Cut(p.value, ".")
	r, errReport := h.reportOf(id)
	n, errPage := strconv.Atoi(page)
	if err := errors.Join(errReport, errPage); err != nil {
		return h.outcome(ctx, p, storage.ErrNotFound)
	}
	look := listStateFor(p, r.ID).WithPage(n)
	return h.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return h.browseView(look) })
}

// pressBrowseSearch searches for the text typed before Enter.
func (h *Handler) pressBrowseSearch(ctx context.Context, p press) receiver.Reply {
	look, err := h.listState(p)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	look = look.WithSearch(p.value)
	return h.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return h.browseView(look) })
}

// pressBrowseSort shows the first page in another order.
func (h *Handler) pressBrowseSort(ctx context.Context, p press) receiver.Reply {
	look, err := h.listState(p)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	look = look.WithSort(p.value).WithPage(0)
	return h.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return h.browseView(look) })
}

// submitBrowse searches, too: its button is below the list.
func (h *Handler) submitBrowse(ctx context.Context, p press) receiver.Reply {
	look, err := h.listState(p)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	look = look.WithSearch(textInput(p, blocks.ActionBrowseSearch))
	return h.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return h.browseView(look) })
}

// browseView reads the people of a report once and shows a page of them.
func (h *Handler) browseView(l blocks.ListState) (slack.ModalViewRequest, error) {
	r, err := h.store.Report(l.Report)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	shown := blocks.Report{Report: r}
	var errs [3]error
	shown.Scan, errs[0] = h.store.Scan(r.ScanID)
	shown.Candidates, errs[1] = h.view.Candidates(context.Background(), r)
	shown.PreviousAt, errs[2] = h.view.PreviousReportAt(r)
	return blocks.Browse(shown, l), errors.Join(errs[:]...)
}

// listState returns the page, search and order that a modal showed when it was
// pressed.
func (h *Handler) listState(p press) (blocks.ListState, error) {
	l, ok := blocks.DecodeListState(p.private)
	if !ok {
		return l, storage.ErrNotFound
	}
	_, err := h.store.Report(l.Report)
	return l, err
}

// listStateFor returns the same for a button that names its report. It ignores
// the state of another report's modal.
func listStateFor(p press, report uint64) blocks.ListState {
	if l, ok := blocks.DecodeListState(p.private); ok && l.Report == report {
		return l
	}
	return blocks.ListState{Report: report}
}
