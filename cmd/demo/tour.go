package main

import (
	"maps"
	"net/http"
	"strings"
)

// tour is how far the newcomer has come. A step that was seen done stays
// done.
type tour struct {
	hidden bool
	done   [6]bool
	// back is the account id of somebody listed who became active, backName
	// their name.
	active, activeName string
}

// step is one step of the story.
type step struct {
	Title, Text   string
	Done, Current bool
}

// channelState is what the admin channel shows.
type channelState struct {
	report   string          // the ts of the newest report that lists anybody; empty: there is none.
	listed   map[string]bool // account ids that it has, or had while it was looked at.
	excluded bool            // somebody is excluded in a report.
	finished bool            // a batch can be undone.
}

// readChannel reads the admin channel as a person would. Rows lose their buttons while
// a batch runs, so those seen before in the same report still count.
func (p *panel) readChannel() channelState {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.lastState
	var s channelState
	for _, m := range p.workspace.Messages(p.workspace.Channel) {
		if m.Deleted || m.ThreadTS != "" && m.ThreadTS != m.TS {
			continue
		}
		listed := map[string]bool{}
		for _, block := range m.Blocks {
			forEachButton(block, func(action, value string) { s.addButton(action, value, listed) })
		}
		if m.TS == before.report {
			maps.Copy(listed, before.listed)
		}
		if len(listed) > 0 {
			s.report, s.listed = m.TS, listed
		}
	}
	p.lastState = s
	return s
}

// addButton notes what a addButton of a message tells.
func (s *channelState) addButton(action, value string, listed map[string]bool) {
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

// forEachButton calls found for everything in a block that has an action.
func forEachButton(part any, found func(action, value string)) {
	switch part := part.(type) {
	case map[string]any:
		if action, ok := part["action_id"].(string); ok {
			value, _ := part["value"].(string)
			found(action, value)
		}
		for _, inner := range part {
			forEachButton(inner, found)
		}
	case []any:
		for _, inner := range part {
			forEachButton(inner, found)
		}
	}
}

// update ticks off what has been done, and tells the steps and whether all are
// done. It tells no steps once the story was put away.
func (s *tour) update(seen channelState, people found) (steps []step, over bool) {
	now := [len(s.done)]bool{
		seen.report != "", seen.excluded, s.active != "", people.Suspended > 0, s.active != "" && people.Suspended > 0 && seen.finished, people.Restored > 0,
	}
	for i := range s.done {
		s.done[i] = s.done[i] || now[i]
	}
	if s.hidden {
		return nil, false
	}
	back := s.activeName
	if back == "" {
		back = "The person who became active"
	}
	steps = []step{
		{Title: "Look at the report", Text: "The bot lists people who have not used Confluence for 180 days. “See everyone” shows why other people are not listed."},
		{Title: "Exclude someone", Text: "Press Exclude next to a person. The bot will not list them again."},
		{Title: "Make someone active", Text: "Press “Use Confluence now” below for a person in the report. The report does not change yet."},
		{Title: "Suspend the rest", Text: "Press Suspend all and confirm. The bot checks everyone again before it acts."},
		{Title: "See who was skipped", Text: back + " was not suspended. The report shows who was skipped and why."},
		{Title: "Undo the suspensions", Text: "Press Restore next to a person, or Undo this batch. Their access is restored."},
	}
	over = true
	for i := range steps {
		steps[i].Done = s.done[i]
		steps[i].Current = over && !s.done[i]
		over = over && s.done[i]
	}
	return steps, over
}

// hideTour puts the story away, or brings it back.
func (p *panel) hideTour(r *http.Request) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tour.hidden = r.FormValue("do") == "hide"
	if p.tour.hidden {
		return "The tour is closed."
	}
	return "The tour is open again."
}
