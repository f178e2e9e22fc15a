package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"inactivebot/atlassian/atlassiantest"
)

// doneSteps returns the titles of the steps that are shown as done.
func (s *fixture) doneSteps() []string {
	s.t.Helper()
	var titles []string
	for _, item := range strings.Split(s.get("/panel/"), "<li class=")[1:] {
		if strings.HasPrefix(item, `"done"`) {
			_, rest, _ := strings.Cut(item, "<b>")
			title, _, _ := strings.Cut(rest, "</b>")
			titles = append(titles, title)
		}
	}
	return titles
}

// TestStoryTicksOffWhatHappened completes the tour without a bot: only the
// state counts, not who changed it.
func TestStoryTicksOffWhatHappened(t *testing.T) {
	s := newFixture(t, atlassiantest.Options{Users: 200}, false)
	var people []atlassiantest.Person
	for p := range s.organisation.People() {
		if ordinary(p) && len(people) < 3 {
			people = append(people, p)
		}
	}
	suspend := func(verb, id string) {
		path := "/admin/v2/orgs/" + s.organisation.OrgID + "/directories/" + s.organisation.DirectoryID + "/users/" + id + "/" + verb
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+s.organisation.APIKey)
		s.organisation.ServeHTTP(discard{http.Header{}}, request)
	}
	var ts string
	update := func(blocks string) {
		form := url.Values{"token": {s.workspace.BotToken}, "channel": {s.workspace.Channel}, "ts": {ts}, "text": {"report"}, "blocks": {blocks}}
		s.do(http.MethodPost, "/api/chat.update", form.Encode(), http.StatusOK)
	}
	undo := `[{"type":"actions","elements":[{"type":"button","action_id":"undo_batch","value":"1","text":{"type":"plain_text","text":"Undo"}}]}]`
	steps := []struct {
		title string
		do    func()
	}{
		{"", func() {}},
		{"Look at the report", func() {
			ts = s.report("exclude", "ABCDEFGH.1."+people[0].AccountID, "exclude", "ABCDEFGH.1."+people[1].AccountID, "exclude", "ABCDEFGH.1."+people[2].AccountID)
		}},
		{"Exclude someone", func() {
			ts = s.report("undo_exclude", "2."+people[0].AccountID, "exclude", "2."+people[1].AccountID, "exclude", "2."+people[2].AccountID)
		}},
		{"Make someone active", func() { s.press("person", "id", people[1].AccountID, "do", "active") }},
		{"Suspend the rest", func() { suspend("suspend", people[2].AccountID) }},
		{"See who was skipped", func() { update(undo) }},
		{"Undo the suspensions", func() { suspend("restore", people[2].AccountID) }},
	}
	for i, step := range steps {
		step.do()
		got := s.doneSteps()
		if len(got) != i || i > 0 && got[i-1] != step.title {
			t.Fatalf("after %q these steps are done: %q", step.title, got)
		}
	}
	if got := s.get("/panel/"); !strings.Contains(got, "Tour complete") {
		t.Errorf("the tour is not shown as complete: %s", got)
	}
}

func TestStoryIsPutAwayAndBroughtBack(t *testing.T) {
	s := newFixture(t, atlassiantest.Options{Users: 20}, false)
	const title = "A quick tour in six steps"
	if !strings.Contains(s.get("/"), title) {
		t.Error("no tour on the first visit")
	}
	s.press("tour", "do", "hide")
	if strings.Contains(s.get("/"), title) {
		t.Error("the tour is shown after it was closed")
	}
	s.press("tour", "do", "show")
	if !strings.Contains(s.get("/"), title) {
		t.Error("the tour cannot be reopened")
	}
}

// discard is a response writer that ignores its input.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
