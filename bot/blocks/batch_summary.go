package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// maxBatchParagraphs is the number of paragraphs with people. A message has room for
// about 12,000 characters in all.
const maxBatchParagraphs = 3

// BatchSummary is the note about a finished batch. It lists first the people who were not
// suspended, with the reasons, then the others. People are in the order of the batch.
func BatchSummary(n storage.Note, people []storage.Candidate) Message {
	var counts stepCounts
	for i := range people {
		counts.add(people[i].Step)
	}
	headline := fmt.Sprintf("Batch %d is finished: %s.", n.BatchID, counts.summary("no one"))
	m := Message{Text: headline, Blocks: []slack.Block{section("", "*"+headline+"*", nil)}}
	room := maxBatchParagraphs
	for _, part := range []struct {
		title string
		is    func(storage.Step) bool
	}{
		{"Unclear, can be restored", storage.Step.Unclear},
		{"Not suspended, or restored since", func(st storage.Step) bool { return st.State != storage.StepSuspended && !st.Unclear() }},
		{"Suspended", func(st storage.Step) bool { return st.State == storage.StepSuspended }},
	} {
		for i, text := range outcomeParagraphs(people, part.is, room) {
			if i == 0 {
				text = "*" + part.title + "*\n" + text
			}
			m.Blocks = append(m.Blocks, section("", text, nil))
			room--
		}
	}
	m.Blocks = append(m.Blocks, auditHead(n)...)
	return m
}

// outcomeParagraphs lists the people whose step is selected, in at most room paragraphs.
func outcomeParagraphs(people []storage.Candidate, which func(storage.Step) bool, room int) []string {
	some := slices.Collect(func(yield func(string) bool) {
		for i := range people {
			if st := people[i].Step; which(st) && !yield("• "+PersonLabel(people[i].Person)+outcomeText(st)) {
				return
			}
		}
	})
	if len(some) == 0 || room == 0 {
		return nil
	}
	return paragraphs(some, room, "type `/inactive suspended` or `/inactive history` to see them.")
}

// outcomeText returns the result of a step. It is empty for a plain suspension.
func outcomeText(st storage.Step) string {
	if st.State == storage.StepSuspended && st.Problem == "" {
		return ""
	}
	return " · " + stepText(st)
}

// paragraphs joins lines to at most room paragraphs. The last one says how many lines
// are missing, and where to find them.
func paragraphs(lines []string, room int, where string) (out []string) {
	var b strings.Builder
	size := 0
	for i, line := range lines {
		n := len([]rune(line)) + 1
		if size+n > maxParagraph {
			if len(out)+1 == room {
				return append(out, b.String()+"and "+number(len(lines)-i)+" more: "+where)
			}
			out = append(out, strings.TrimSpace(b.String()))
			b.Reset()
			size = 0
		}
		b.WriteString(line + "\n")
		size += n
	}
	return append(out, strings.TrimSpace(b.String()))
}
