package handler

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/bot/receiver"
	"inactivebot/storage"
)

// peopleALane is how many people of each lane the overview names.
const peopleALane = 10

// pressLanes shows all lanes with their people. In the modal it leads back to
// this overview.
func (h *Handler) pressLanes(ctx context.Context, p press) receiver.Reply {
	r, err := h.reportOf(p.value)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	sc, err := h.store.Scan(r.ScanID)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	return h.openList(ctx, p, sc.People, func() (slack.ModalViewRequest, error) { return h.lanesView(r.ID) })
}

// pressLanesOpen shows a page of the people of one lane.
func (h *Handler) pressLanesOpen(ctx context.Context, p press) receiver.Reply {
	parts := strings.Split(p.value, ".")
	if len(parts) != 3 || !blocks.IsLane(parts[1]) {
		return h.outcome(ctx, p, storage.ErrNotFound)
	}
	r, errReport := h.reportOf(parts[0])
	page, errPage := strconv.Atoi(parts[2])
	if err := errors.Join(errReport, errPage); err != nil {
		return h.outcome(ctx, p, storage.ErrNotFound)
	}
	look := listStateFor(p, r.ID)
	if look.Lane != parts[1] {
		look.Search = ""
	}
	look.Lane, look.Page = parts[1], page
	return h.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return h.laneView(look) })
}

// pressLanesSearch searches the lane for the text typed before Enter.
func (h *Handler) pressLanesSearch(ctx context.Context, p press) receiver.Reply {
	return h.searchLane(ctx, p, p.value)
}

// submitLanes searches, too: its button is below the list.
func (h *Handler) submitLanes(ctx context.Context, p press) receiver.Reply {
	return h.searchLane(ctx, p, textInput(p, blocks.ActionLanesSearch))
}

func (h *Handler) searchLane(ctx context.Context, p press, text string) receiver.Reply {
	look, err := h.listState(p)
	if err == nil && !blocks.IsLane(look.Lane) {
		err = storage.ErrNotFound
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	look = look.WithSearch(text)
	return h.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return h.laneView(look) })
}

// pressLanesCSV requests the list of everyone in the report's thread. It is
// posted once; later presses show where it is.
func (h *Handler) pressLanesCSV(ctx context.Context, p press) receiver.Reply {
	r, err := h.reportOf(p.value)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	err = h.decide(p).RequestFullList(r.ID, p.user, time.Now().UTC())
	if refused, ok := storage.AsRefusal(err); ok && refused.Cause == storage.CauseAlready {
		err = nil
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	return h.redraw(ctx, p, func() (slack.ModalViewRequest, error) { return h.lanesView(r.ID) })
}

// breakdown returns the data that both views of the lanes share.
func (h *Handler) breakdown(report uint64) (w blocks.Breakdown, err error) {
	if w.Report, err = h.store.Report(report); err != nil {
		return w, err
	}
	if w.Scan, err = h.store.Scan(w.Report.ScanID); err != nil {
		return w, err
	}
	w.RowsKept, err = h.store.HasRows(w.Scan.ID)
	return w, err
}

// lanesView returns all lanes of a report with the first people of each. The
// people are missing if the scan's rows are no longer kept.
func (h *Handler) lanesView(report uint64) (slack.ModalViewRequest, error) {
	w, err := h.breakdown(report)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	named := map[string][]string{}
	for row, err := range h.store.Rows(w.Scan.ID) {
		if err != nil {
			return slack.ModalViewRequest{}, err
		}
		if len(named[row.Lane]) < peopleALane && row.Lane != string(policy.Active) {
			named[row.Lane] = append(named[row.Lane], row.AccountID)
		}
	}
	for _, lane := range policy.Lanes {
		people, err := h.view.People(named[string(lane)])
		if err != nil {
			return slack.ModalViewRequest{}, err
		}
		w.Lanes = append(w.Lanes, blocks.LaneGroup{Lane: string(lane), Count: w.Scan.Lanes[string(lane)], People: people})
	}
	return blocks.Everyone(w), nil
}

// laneView returns a page of one lane.
func (h *Handler) laneView(l blocks.ListState) (slack.ModalViewRequest, error) {
	w, err := h.breakdown(l.Report)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	var all []storage.PersonRow
	for one, err := range h.store.Lane(w.Scan.ID, l.Lane) {
		if err != nil {
			return slack.ModalViewRequest{}, err
		}
		all = append(all, one)
	}
	return blocks.EveryoneInLane(w, all, l), nil
}
