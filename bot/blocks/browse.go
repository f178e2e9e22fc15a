package blocks

import (
	"fmt"

	"github.com/slack-go/slack"
)

// BrowsePage is how many people a page of Browse shows: a modal has 100 blocks.
const BrowsePage = 40

// Browse is one page of everybody in a report, for one's own eyes. A page that
// does not exist is the nearest one that does.
func Browse(r Report, page int, private string) slack.ModalViewRequest {
	pages := max(1, (len(r.Candidates)+BrowsePage-1)/BrowsePage)
	page = min(max(page, 0), pages-1)
	from := page * BrowsePage
	head := fmt.Sprintf("*%s* in report %d", People(len(r.Candidates)), r.Report.ID)
	if pages > 1 {
		head += fmt.Sprintf(" · page %d of %d", page+1, pages)
	}
	blocks := []slack.Block{section(r.id("head"), head, nil)}
	for i, c := range r.Candidates[from:min(from+BrowsePage, len(r.Candidates))] {
		blocks = append(blocks, r.row(r.id(fmt.Sprintf("person%d", from+i)), c))
	}
	if pages > 1 {
		blocks = append(blocks, actions(r.id("turn"), r.turns(page, pages)...))
	}
	return modal(ViewBrowse, "Inactive people", "", private, blocks...)
}

// turns are the buttons to the pages before and after.
func (r Report) turns(page, pages int) (out []slack.BlockElement) {
	to := func(page int) string { return fmt.Sprintf("%d.%d", r.Report.ID, page) }
	if page > 0 {
		out = append(out, button(ActionBrowsePage+"_back", to(page-1), "Previous page"))
	}
	if page < pages-1 {
		out = append(out, button(ActionBrowsePage, to(page+1), "Next page"))
	}
	return out
}
