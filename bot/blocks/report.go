package blocks

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// Report is all that a report's message shows.
type Report struct {
	Report     storage.Report
	Scan       storage.Scan
	Candidates []storage.Candidate // everybody the report lists, in order.
	Batch      storage.Batch       // the report's last batch; zero before the first.
	Since      time.Time           // the report before this one; zero: there is none.
	Newer      string              // permalink of the report that took this one's place.
	WaitFor    uint64              // the unfinished batch of another report, 0 for none.
	NextFrom   time.Time           // from when the approver may go on; zero: at once.
	Only       bool                // reports only: nothing can be suspended.
	Table      bool                // the people stand in one table, not in rows.
	Paused     storage.Pause       // zero: suspensions are not paused.
}

// Message renders the report in the state it is in.
func (r Report) Message() Message {
	if !r.Report.SweptAt.IsZero() {
		return r.sweptMessage()
	}
	lead, detail := r.headline(), r.details()
	text := joinSentences("*"+lead+"*", detail)
	m := Message{Text: joinSentences(lead, detail, r.promptText()), Young: r.Table && len(r.visiblePeople()) > 0}
	if len(r.Candidates) == 0 && r.Report.State == storage.ReportOpen {
		m.Blocks = []slack.Block{section(r.id("lead"), text, r.everyoneButton())}
		return m
	}
	m.Blocks = []slack.Block{section(r.id("lead"), text, nil), section(r.id("sum"), r.sumLine(), r.everyoneButton())}
	m.Blocks = append(m.Blocks, r.controls()...)
	m.Blocks = append(m.Blocks, r.people()...)
	m.Blocks = append(m.Blocks, r.footer()...)
	return m
}

// sweptMessage is what is left of a report after the time for which names are kept.
func (r Report) sweptMessage() Message {
	text := fmt.Sprintf("Report %d of %s listed %s. Whom it listed was deleted on %s: names are kept for a limited time only.",
		r.Report.ID, Day(r.Report.CreatedAt), People(r.Report.Candidates), Day(r.Report.SweptAt))
	return Message{Text: text, Blocks: []slack.Block{section(r.id("lead"), text, nil)}}
}

// id is a block id that is new in every version of the message.
func (r Report) id(name string) string {
	return fmt.Sprintf("r%d.v%d.%s", r.Report.ID, r.Report.Version, name)
}

func (r Report) value() string { return fmt.Sprint(r.Report.ID) }

func (r Report) batchValue() string { return fmt.Sprint(r.Batch.ID) }

// retired reports whether a newer report, or time, has ended this one.
func (r Report) retired() bool {
	return r.Report.State == storage.ReportSuperseded || r.Report.State == storage.ReportExpired
}

// Open is how many people nothing has been decided about.
func (r Report) Open() (n int) {
	for i := range r.Candidates {
		if r.Candidates[i].Open() {
			n++
		}
	}
	return n
}

// sumLine is one line that adds up to everybody the scan met.
func (r Report) sumLine() string {
	lane := func(name string) int { return r.Scan.Lanes[name] }
	listed, elsewhere, managed := lane("inactive"), lane("active_elsewhere"), lane("idp_managed")
	unused := listed + elsewhere + managed
	inactive := number(unused) + " inactive"
	var parts []string
	for _, part := range []struct {
		n    int
		text string
	}{{listed, "listed"}, {elsewhere, plural(elsewhere, "uses", "use") + " other apps"}, {managed, "managed by your identity provider"}} {
		if part.n > 0 {
			parts = append(parts, number(part.n)+" "+part.text)
		}
	}
	if len(parts) > 0 {
		inactive += ": " + strings.Join(parts, ", ")
	}
	active, never := lane("active"), lane("never_active")
	return fmt.Sprintf("%s: %s active · %s · %s never used %s · %s other",
		People(r.Scan.People), number(active), inactive, number(never), Product(r.Scan.Product), number(r.Scan.People-active-never-unused))
}

// footer is what stands under the people.
func (r Report) footer() []slack.Block {
	var out []slack.Block
	if more := r.moreText(); more != "" {
		out = append(out, contextText(r.id("more"), more))
	}
	if r.Batch.ID != 0 && r.Report.State != storage.ReportExecuting {
		out = append(out, r.batchControls()...)
	}
	return append(out, contextText(r.id("foot"), r.footnote()))
}

// footnote is the small print: what this message is and how long it holds.
func (r Report) footnote() string {
	name := fmt.Sprintf("Report %d of %s", r.Report.ID, Local(r.Report.CreatedAt))
	switch {
	case r.Report.State == storage.ReportSuperseded && r.Newer != "":
		return fmt.Sprintf("%s · replaced by <%s|report %d>", name, r.Newer, r.Report.SupersededBy)
	case r.Report.State == storage.ReportSuperseded && r.Report.SupersededBy == 0:
		return name + " · no longer valid: type `/inactive scan` for a new one"
	case r.Report.State == storage.ReportSuperseded:
		return fmt.Sprintf("%s · replaced by report %d", name, r.Report.SupersededBy)
	case r.Report.State == storage.ReportExpired:
		return name + " · too old to act on: press Scan again for a new one"
	case r.Report.State != storage.ReportOpen:
		return name
	case r.Only:
		return name + " · set to report only: nobody can be suspended from here"
	}
	return fmt.Sprintf("%s · activity may be up to 24 hours old · can be acted on until %s", name, Local(r.Report.ExpiresAt))
}
