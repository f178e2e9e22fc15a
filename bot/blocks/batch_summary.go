package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// maxBatchParagraphs is how many paragraphs the details of a batch have: a message holds
// about 12,000 characters in all.
const maxBatchParagraphs = 3

// Outcomes is a batch at its end, person by person: first whom it did not
// suspend and why, then whom it did. People are those of the batch, in its
// order.
func Outcomes(n storage.Note, people []storage.Candidate) Message {
	var t stepCounts
	for i := range people {
		t.add(people[i].Step)
	}
	lead := fmt.Sprintf("Batch %d is finished: %s.", n.BatchID, t.summary("nobody"))
	m := Message{Text: lead, Blocks: []slack.Block{section("", "*"+lead+"*", nil)}}
	room := maxBatchParagraphs
	for _, part := range []struct {
		title string
		is    func(storage.Step) bool
	}{
		{"Not suspended, or no longer", func(st storage.Step) bool { return st.State != storage.StepSuspended }},
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
	if n.Head != "" {
		m.Blocks = append(m.Blocks, contextText("", "Audit log up to here: `"+n.Head+"`"))
	}
	return m
}

// outcomeParagraphs are what became of some of the people, in at most so many paragraphs.
func outcomeParagraphs(people []storage.Candidate, which func(storage.Step) bool, room int) []string {
	some := slices.Collect(func(yield func(string) bool) {
		for i := range people {
			if st := people[i].Step; which(st) && !yield("• "+Who(people[i].Person)+outcomeText(st)) {
				return
			}
		}
	})
	if len(some) == 0 || room == 0 {
		return nil
	}
	return paragraphs(some, room, "type `/inactive suspended` or `/inactive history` to see them.")
}

// outcomeText is what became of one person, where that is not what was approved.
func outcomeText(st storage.Step) string {
	if st.State == storage.StepSuspended && st.Problem == "" {
		return ""
	}
	return " · " + stepText(st)
}

// paragraphs puts lines into paragraphs, at most so many; the last says how many
// lines found no room, and where they are.
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
