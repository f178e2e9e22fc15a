package blocks_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// population is a random population. Only names and size are drawn by rapid, so that
// they can shrink; everything else comes from a seed, which is faster.
type population struct {
	rand  *rand.Rand
	names []string
	size  int
}

func drawPopulation(t *rapid.T) population {
	size := rapid.OneOf(rapid.IntRange(0, 60), rapid.IntRange(0, 10_000)).Draw(t, "size")
	return population{
		rand:  rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)),
		names: rapid.SliceOfN(outsideText(), 1, 20).Draw(t, "names"),
		size:  size,
	}
}

// outsideText draws up to 200 characters of hostile text.
func outsideText() *rapid.Generator[string] {
	piece := rapid.SampledFrom([]string{
		"<!channel> *bold* & <https://x|y>", "<@U0ADA>", "<!date^0^{time}|now>", "&", "&lt;", "<", ">", "*", "_", "~", "`", ":no_entry: ", "@here ", "#general ",
		"נועה לוי", "محمد", "\u202e", "\u2066", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "Zoë", "\n", "\t", "\x00", "\u200b", "\u2028", "\xff", " ", "Mara", "a|b", "https://x.example ",
	})
	return rapid.Custom(func(t *rapid.T) string {
		text := strings.Join(rapid.SliceOfN(piece, 0, 60).Draw(t, "pieces"), "") + rapid.StringN(0, 200, -1).Draw(t, "text")
		return string([]rune(text)[:min(200, utf8.RuneCountInString(text))])
	})
}

func (c population) text() string { return c.names[c.rand.IntN(len(c.names))] }

func (c population) person(i int) storage.Person {
	p := storage.Person{AccountID: account(i), Name: c.text()}
	if c.rand.IntN(4) > 0 {
		p.Email = c.text() + "@example.com"
	}
	return p
}

func (c population) people(n int) (out []storage.Person) {
	for i := range n {
		out = append(out, c.person(i))
	}
	return out
}

func pick[T any](c population, of ...T) T { return of[c.rand.IntN(len(of))] }

func (c population) moment() time.Time {
	return monday.Add(-time.Duration(c.rand.IntN(20_000)) * time.Hour)
}

// report returns a report in a given state, with people in random states.
func (c population) report(state storage.ReportState) blocks.Report {
	r := report(0, in(state), replaced(pick(c, "", "https://example.slack.com/archives/C1/p2")), in(state))
	r.PreviousAt, r.ReportOnly, r.WaitForBatch = pick(c, time.Time{}, lastMonday), pick(c, false, false, true), pick(c, uint64(0), 2)
	r.Batch = storage.Batch{
		ID: 4, Approvals: []storage.Approval{{By: ada, At: monday}}, People: c.size, UndoneBy: pick(c, "", ben),
		StopReason: pick(c, stops...), StoppedBy: pick(c, ada, storage.Bot),
	}
	r.Table = pick(c, false, false, true)
	r.NextFrom = pick(c, time.Time{}, monday)
	for i := range c.size {
		r.Candidates = append(r.Candidates, c.candidate(i))
	}
	return r
}

func (c population) candidate(i int) storage.Candidate {
	out := storage.Candidate{
		Person: c.person(i),
		Row:    storage.Row{AccountID: account(i), LastActive: c.moment(), New: pick(c, true, false), ServiceAccount: pick(c, true, false)},
	}
	switch c.rand.IntN(4) {
	case 0:
		out.Exclusion = storage.Exclusion{AccountID: account(i), By: ben, Until: pick(c, time.Time{}, monday), Reason: c.text()}
	case 1:
		out.Rule = "group:" + c.text()
	case 2:
		out.Step = c.step(i)
	}
	return out
}

func (c population) step(i int) storage.Step {
	st := storage.Step{AccountID: account(i), BatchID: pick(c, uint64(3), 4), RestoredAt: monday, RestoreBy: pick(c, "", ben), Unconfirmed: pick(c, true, false)}
	st.State = pick(c, storage.StepPending, storage.StepClaimed, storage.StepSuspended, storage.StepFailed, storage.StepSkipped, storage.StepRestoring, storage.StepRestored)
	switch st.State {
	case storage.StepSkipped:
		st.Reason = pick(c, append(skips, "rule:group:"+c.text())...)
	case storage.StepFailed:
		st.Reason = pick(c, fails...)
	case storage.StepSuspended:
		st.Problem = pick(c, append(restoreFails, "")...)
	}
	return st
}

var states = []storage.ReportState{
	storage.ReportLocked, storage.ReportOpen, storage.ReportAwaiting, storage.ReportExecuting,
	storage.ReportStopped, storage.ReportDone, storage.ReportSuperseded, storage.ReportExpired,
}

// TestRandomReportsAreWithinTheLimits renders reports of any population and state.
func TestRandomReportsAreWithinTheLimits(t *testing.T) {
	s := workspace(t)
	rapid.Check(t, func(t *rapid.T) {
		c := drawPopulation(t)
		r := c.report(rapid.SampledFrom(states).Draw(t, "state"))
		checkMessage(t, s, r.Message())
		for _, b := range buttons(r.Message().Blocks) {
			if value := fmt.Sprint(b["value"]); strings.Contains(value, ".") && b["accessibility_label"] == nil {
				t.Errorf("the button %v does not name its person", b)
			}
		}
	})
}

// TestRandomViewsAreWithinTheLimits renders the modals and notes that name people.
func TestRandomViewsAreWithinTheLimits(t *testing.T) {
	s := workspace(t)
	rapid.Check(t, func(t *rapid.T) {
		c := drawPopulation(t)
		r := c.report(storage.ReportOpen)
		if c.size > 0 {
			n := rapid.IntRange(1, c.size).Draw(t, "chosen")
			checkView(t, s, blocks.SuspendConfirm(blocks.Suspend{Report: r.Report, Scan: r.Scan, People: r.Candidates[:n], Rest: r.Candidates[n:], Open: c.size, Cap: n, HasSecond: true}))
			checkMessage(t, s, blocks.Charts{Scan: r.Scan, People: r.Candidates, Past: []storage.Report{r.Report, {ID: 13, Candidates: n}}}.Message())
		}
		checkMessage(t, s, blocks.BatchSummary(storage.Note{Kind: storage.NoteBatchDone, BatchID: 3}, r.Candidates))
		checkView(t, s, blocks.RestorePerson(c.people(1+c.rand.IntN(blocks.MaxRestorable)), c.size, ""))
		checkView(t, s, blocks.RestoreConfirm(c.person(0), account(0)))
		for _, kind := range []storage.NoteKind{storage.NoteExcluded, storage.NoteRestoring, storage.NoteNotRestored, storage.NoteRuleAdded} {
			note := storage.Note{Kind: kind, By: ada, Text: "x" + c.text()}
			checkMessage(t, s, blocks.Note(note, c.people(1+c.rand.IntN(60))))
		}
	})
}

// BenchmarkReport renders a report of 10,000 people in all states.
func BenchmarkReport(b *testing.B) {
	c := population{rand: rand.New(rand.NewPCG(1, 1)), names: []string{"Mara Okafor", "נועה לוי", "<!channel> *bold*"}, size: 10_000}
	for _, state := range []storage.ReportState{storage.ReportOpen, storage.ReportExecuting, storage.ReportDone} {
		r := c.report(state)
		b.Run(string(state), func(b *testing.B) {
			for b.Loop() {
				r.Message()
			}
		})
	}
}
