package blocks

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// Report is everything that the message of a report shows.
type Report struct {
	Report       storage.Report
	Scan         storage.Scan
	Candidates   []storage.Candidate // the people listed, in order.
	Batch        storage.Batch       // the report's last batch; zero before the first.
	PreviousAt   time.Time           // when the previous report was made; zero: there is none.
	NewerLink    string              // permalink of the report that replaced this one.
	WaitForBatch uint64              // the unfinished batch of another report; 0: none.
	NextFrom     time.Time           // when the approver can suspend more people; zero: now.
	ReportOnly   bool                // report-only mode.
	Table        bool                // lists people in a table instead of rows.
	Paused       storage.Pause       // zero: suspensions are not paused.
}

// Message renders the report in the state it is in.
func (r Report) Message() Message {
	if !r.Report.SweptAt.IsZero() {
		return r.sweptMessage()
	}
	lead, detail := r.headline(), r.details()
	text := joinSentences("*"+lead+"*", detail)
	m := Message{Text: joinSentences(lead, detail, r.promptText()), Experimental: r.Table && len(r.visiblePeople()) > 0}
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

// sweptMessage replaces a report whose names have been deleted.
func (r Report) sweptMessage() Message {
	text := fmt.Sprintf("Report %d of %s listed %s. Their names were deleted on %s, at the end of the retention period.",
		r.Report.ID, Date(r.Report.CreatedAt), People(r.Report.Candidates), Date(r.Report.SweptAt))
	return Message{Text: text, Blocks: []slack.Block{section(r.id("lead"), text, nil)}}
}

// id returns a block id that is unique to this version of the message.
func (r Report) id(name string) string {
	return fmt.Sprintf("r%d.v%d.%s", r.Report.ID, r.Report.Version, name)
}

func (r Report) value() string { return fmt.Sprint(r.Report.ID) }

func (r Report) batchValue() string { return fmt.Sprint(r.Batch.ID) }

// retired reports whether the report was superseded or has expired.
func (r Report) retired() bool {
	return r.Report.State == storage.ReportSuperseded || r.Report.State == storage.ReportExpired
}

// Open is the number of people without a decision.
func (r Report) Open() (n int) {
	for i := range r.Candidates {
		if r.Candidates[i].Open() {
			n++
		}
	}
	return n
}

// sumLine says how many people are not listed although they do not use the
// product, and how many people the scan read.
func (r Report) sumLine() string {
	elsewhere, managed := r.laneCount(policy.ActiveElsewhere), r.laneCount(policy.IDPManaged)
	var inactive, parts []string
	if elsewhere > 0 {
		inactive = append(inactive, fmt.Sprintf("%s %s other apps", number(elsewhere), plural(elsewhere, "uses", "use")))
	}
	if managed > 0 {
		inactive = append(inactive, fmt.Sprintf("%s %s managed by your identity provider", number(managed), plural(managed, "is", "are")))
	}
	if n := elsewhere + managed; n > 0 {
		parts = append(parts, fmt.Sprintf("%s more %s inactive but not listed: %s", number(n), plural(n, "is", "are"), strings.Join(inactive, ", ")))
	}
	if never := r.laneCount(policy.NeverActive); never > 0 {
		parts = append(parts, fmt.Sprintf("%s never used %s", number(never), Product(r.Scan.Product)))
	}
	return strings.Join(append(parts, People(r.Scan.People)+" in all"), " · ")
}

func (r Report) laneCount(lane policy.Lane) int { return r.Scan.Lanes[string(lane)] }

// footer are the blocks below the people.
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

// footnote says which report this is and how long it is valid.
func (r Report) footnote() string {
	name := fmt.Sprintf("Report %d of %s", r.Report.ID, LocalTime(r.Report.CreatedAt))
	switch {
	case r.Report.State == storage.ReportSuperseded && r.NewerLink != "":
		return fmt.Sprintf("%s · replaced by <%s|report %d>", name, r.NewerLink, r.Report.SupersededBy)
	case r.Report.State == storage.ReportSuperseded && r.Report.SupersededBy == 0:
		return name + " · no longer valid: type `/inactive scan` for a new report"
	case r.Report.State == storage.ReportSuperseded:
		return fmt.Sprintf("%s · replaced by report %d", name, r.Report.SupersededBy)
	case r.Report.State == storage.ReportExpired:
		return name + " · expired: press Scan again for a new report"
	case r.Report.State != storage.ReportOpen:
		return name
	case r.ReportOnly:
		return name + " · report-only mode: suspending is turned off"
	}
	return fmt.Sprintf("%s · activity data may be up to 24 hours old · valid until %s", name, LocalTime(r.Report.ExpiresAt))
}
