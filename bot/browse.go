package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// peopleALane is how many people of a lane its list shows.
const peopleALane = 10

// pressBrowse shows everybody of a report to the presser alone.
func (b *Bot) pressBrowse(ctx context.Context, p press) reply {
	r, err := b.reportOf(p.value)
	if err != nil {
		return b.outcome(p, err)
	}
	view, err := b.browseView(ctx, r.ID, 0)
	if err != nil {
		return b.outcome(p, err)
	}
	return b.open(p, view)
}

// pressBrowsePage turns a page of Browse.
func (b *Bot) pressBrowsePage(_ context.Context, p press) reply {
	id, page, _ := strings.Cut(p.value, ".")
	r, errReport := b.reportOf(id)
	n, errPage := strconv.Atoi(page)
	if err := errors.Join(errReport, errPage); err != nil {
		return b.outcome(p, storage.ErrNotFound)
	}
	return reply{then: func(ctx context.Context) error {
		view, err := b.browseView(ctx, r.ID, n)
		if err != nil {
			return err
		}
		_, err = b.slack.UpdateViewContext(ctx, view, "", "", p.view)
		return err
	}}
}

func (b *Bot) browseView(ctx context.Context, report uint64, page int) (slack.ModalViewRequest, error) {
	r, err := b.store.Report(report)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	shown, err := b.shown(ctx, r)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	return blocks.Browse(shown, page, fmt.Sprintf("%d.%d", report, page)), nil
}

// pageOf reads the page from a Browse modal's private metadata.
func pageOf(private string) int {
	_, page, _ := strings.Cut(private, ".")
	n, _ := strconv.Atoi(page)
	return n
}

// pressLanes shows who is where, and what to do about it elsewhere.
func (b *Bot) pressLanes(_ context.Context, p press) reply {
	r, err := b.reportOf(p.value)
	if err != nil {
		return b.outcome(p, err)
	}
	sc, errScan := b.store.Scan(r.ScanID)
	lanes, errLanes := b.lanes(sc)
	if err := errors.Join(errScan, errLanes); err != nil {
		return b.outcome(p, err)
	}
	return b.open(p, blocks.Lanes(sc, lanes))
}

// lanes are the lanes of a scan with the first people of each. The people are
// missing where the scan's rows are no longer kept.
func (b *Bot) lanes(sc storage.Scan) ([]blocks.Lane, error) {
	first := map[string][]string{}
	for row, err := range b.store.Rows(sc.ID) {
		if err != nil {
			return nil, err
		}
		if len(first[row.Lane]) < peopleALane && row.Lane != string(policy.Active) {
			first[row.Lane] = append(first[row.Lane], row.AccountID)
		}
	}
	var out []blocks.Lane
	for _, lane := range policy.Lanes {
		people, err := b.people(first[string(lane)])
		if err != nil {
			return nil, err
		}
		out = append(out, blocks.Lane{Lane: string(lane), N: sc.Lanes[string(lane)], People: people})
	}
	return out, nil
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
