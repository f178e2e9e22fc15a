package main

import (
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
	listed   map[string]bool // account ids in the newest report that lists anybody.
	reported bool            // there is a report with somebody in it.
	excluded bool            // somebody is excluded in a report.
	finished bool            // a batch can be undone.
}

// look reads the admin channel as a person would.
func (p *panel) look() sight {
	var s sight
	for _, m := range p.workspace.Messages(p.workspace.Channel) {
		listed := map[string]bool{}
		for _, block := range m.Blocks {
			everyButton(block, func(action, value string) {
				switch action {
				case "exclude", "undo_exclude":
					_, account, _ := strings.Cut(value, ".")
					listed[account] = true
					s.excluded = s.excluded || action == "undo_exclude"
				case "undo_batch":
					s.finished = true
				}
			})
		}
		if len(listed) > 0 && !m.Deleted {
			s.reported, s.listed = true, listed
		}
	}
	return s
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
		seen.reported, seen.excluded, s.back != "", people.Suspended > 0, s.back != "" && people.Suspended > 0 && seen.finished, people.Restored > 0,
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
