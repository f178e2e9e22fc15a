package main

import (
	"maps"
	"net/http"
	"strings"
)

// story is how far the newcomer has come. A step that was seen done stays
// done.
type story struct {
	hidden bool
	done   [6]bool
	// back is the account id of somebody listed who became active, backName
	// their name.
	back, backName string
}

// step is one step of the story.
type step struct {
	Title, Text   string
	Done, Current bool
}

// sight is what the admin channel shows.
type sight struct {
	report   string          // the ts of the newest report that lists anybody; empty: there is none.
	listed   map[string]bool // account ids that it has, or had while it was looked at.
	excluded bool            // somebody is excluded in a report.
	finished bool            // a batch can be undone.
}

// look reads the admin channel as a person would. Rows lose their buttons while
// a batch runs, so those seen before in the same report still count.
func (p *panel) look() sight {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.seen
	var s sight
	for _, m := range p.workspace.Messages(p.workspace.Channel) {
		if m.Deleted || m.ThreadTS != "" && m.ThreadTS != m.TS {
			continue
		}
		listed := map[string]bool{}
		for _, block := range m.Blocks {
			everyButton(block, func(action, value string) { s.button(action, value, listed) })
		}
		if m.TS == before.report {
			maps.Copy(listed, before.listed)
		}
		if len(listed) > 0 {
			s.report, s.listed = m.TS, listed
		}
	}
	p.seen = s
	return s
}

// button notes what a button of a message tells.
func (s *sight) button(action, value string, listed map[string]bool) {
	switch action {
	case "undo_batch":
		s.finished = true
		return
	case "undo_exclude":
		s.excluded = true
	case "exclude", "restore":
	default:
		return
	}
	if _, account, ok := strings.Cut(value, "."); ok {
		listed[account] = true
	}
}

// everyButton calls found for everything in a block that has an action.
func everyButton(part any, found func(action, value string)) {
	switch part := part.(type) {
	case map[string]any:
		if action, ok := part["action_id"].(string); ok {
			value, _ := part["value"].(string)
			found(action, value)
		}
		for _, inner := range part {
			everyButton(inner, found)
		}
	case []any:
		for _, inner := range part {
			everyButton(inner, found)
		}
	}
}

// follow ticks off what has been done, and tells the steps and whether all are
// done. It tells no steps once the story was put away.
func (s *story) follow(seen sight, people found) (steps []step, over bool) {
	now := [len(s.done)]bool{
		seen.report != "", seen.excluded, s.back != "", people.Suspended > 0, s.back != "" && people.Suspended > 0 && seen.finished, people.Restored > 0,
	}
	for i := range s.done {
		s.done[i] = s.done[i] || now[i]
	}
	if s.hidden {
		return nil, false
	}
	back := s.backName
	if back == "" {
		back = "Whoever came back"
	}
	steps = []step{
		{Title: "Look at the report", Text: "The bot lists people who have not used Confluence for 180 days. “Who is where” tells why nobody else is listed."},
		{Title: "Exclude somebody", Text: "Press Exclude beside a person. The bot leaves them alone from now on."},
		{Title: "Let somebody come back", Text: "Below, press “Becomes active now” on one of those in the report. The report does not know it yet."},
		{Title: "Suspend the rest", Text: "Press Suspend all and confirm. The bot looks at everybody once more before it acts."},
		{Title: "See who was skipped", Text: back + " is not suspended: the report says who was skipped, and why."},
		{Title: "Undo it", Text: "Press Restore beside a person, or Undo this batch. They can log in again."},
	}
	over = true
	for i := range steps {
		steps[i].Done = s.done[i]
		steps[i].Current = over && !s.done[i]
		over = over && s.done[i]
	}
	return steps, over
}

// hideStory puts the story away, or brings it back.
func (p *panel) hideStory(r *http.Request) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.story.hidden = r.FormValue("do") == "hide"
	if p.story.hidden {
		return "The story is put away."
	}
	return "The story is back."
}
