package main

import (
	"maps"
	"net/http"
	"strings"

	"inactivebot/bot/blocks"
)

// tour is the state of the tour. A completed step stays completed.
type tour struct {
	hidden bool
	done   [6]bool
	// active is the account id of a listed person who became active, activeName
	// the name.
	active, activeName string
}

// step is one step of the tour.
type step struct {
	Title, Text   string
	Done, Current bool
}

// channelState is the visible state of the admin channel.
type channelState struct {
	report   string          // the ts of the newest report that lists people; empty: none.
	listed   map[string]bool // account ids in the report, including those seen earlier in it.
	excluded bool            // a person is excluded in a report.
	finished bool            // a batch can be undone.
}

// readChannel reads the state of the admin channel from its messages. A running
// batch removes the buttons of its rows, so rows seen earlier in the same
// report still count.
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

// addButton updates the state from a button of a message.
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
	_, row := blocks.SplitInstallation(value)
	if _, account, ok := strings.Cut(row, "."); ok {
		listed[account] = true
	}
}

// forEachButton calls found for every element with an action_id in a block.
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

// update marks completed steps. It returns the steps, nil if the tour is
// closed, and whether all are completed.
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

// hideTour closes or reopens the tour.
func (p *panel) hideTour(r *http.Request) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tour.hidden = r.FormValue("do") == "hide"
	if p.tour.hidden {
		return "The tour is closed."
	}
	return "The tour is open again."
}
