package acceptance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// modal returns the user's top modal.
func (w *world) modal(user, callback string) slacktest.View {
	w.t.Helper()
	views := w.slack.Views(user)
	if len(views) == 0 || views[len(views)-1].CallbackID != callback {
		w.t.Fatalf("modal %s is not open, %d others are; answers: %q; log: %s", callback, len(views), w.told(user), w.log)
	}
	return views[len(views)-1]
}

// inModal presses a button of the user's top modal, or types or selects
// something in it.
func (w *world) inModal(user, action, value string, selected any) slacktest.Result {
	w.t.Helper()
	views := w.slack.Views(user)
	got := w.slack.Press(slacktest.Press{User: user, ViewID: views[len(views)-1].ID, ActionID: action, Value: value, Selected: selected})
	w.pass(3 * time.Second)
	return got
}

// openByCommand types a command that opens a modal, and returns the modal's text.
func (w *world) openByCommand(user, text string) string {
	w.t.Helper()
	w.command(user, text)
	return viewText(w.modal(user, strings.Fields(text)[0]))
}

// asMessage makes the message helpers usable for a modal.
func asMessage(v slacktest.View) slacktest.Message { return slacktest.Message{Blocks: v.Blocks} }

func viewText(v slacktest.View) string { return blockText(asMessage(v)) }

// listedIn returns the accounts with an Exclude or Undo button in a modal, in
// order.
func listedIn(v slacktest.View) (out []string) {
	for _, b := range v.Blocks {
		accessory, _ := b["accessory"].(map[string]any)
		if id := accessory["action_id"]; id == "exclude" || id == "undo_exclude" {
			out = append(out, accountOf(accessory["value"].(string)))
		}
	}
	return out
}

// manyCandidates is an organisation whose report has several pages of people.
var manyCandidates = atlassiantest.Options{Users: 400, Candidates: 12}

// TestBrowse searches, sorts and pages, and excludes a person. The modal keeps
// its page.
func TestBrowse(t *testing.T) {
	t.Parallel()
	inWorld(t, manyCandidates, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.press(ada, "browse", "")
		first := listedIn(w.modal(ada, "browse"))
		if len(first) != 15 {
			t.Fatalf("%d people on the first page, want 15", len(first))
		}
		w.inModal(ada, "browse_page", "", nil)
		second := w.modal(ada, "browse")
		if got := listedIn(second); len(got) != 15 || slices.Contains(first, got[0]) {
			t.Errorf("the second page is %v, the first %v", got, first)
		}
		who := listedIn(second)[3]
		w.inModal(ada, "exclude", w.sealed("1."+who), nil)
		if got := w.modal(ada, "browse"); !slices.Equal(listedIn(got), listedIn(second)) || !strings.Contains(viewText(got), "excluded by <@"+ada+">") {
			t.Errorf("after Exclude the modal shows %s", viewText(got))
		}
		w.inModal(ada, "undo_exclude", w.sealed("1."+who), nil)
		if got := w.modal(ada, "browse"); !slices.Equal(listedIn(got), listedIn(second)) || strings.Contains(viewText(got), "excluded by <@"+ada+">") {
			t.Errorf("after Undo the modal shows %s", viewText(got))
		}
		w.searches(ada, who)
	})
}

// TestBrowseOfYesterday excludes a person whom another approver has excluded
// since the modal was opened: the answer says so, and the modal shows it.
func TestBrowseOfYesterday(t *testing.T) {
	t.Parallel()
	two := func(s *bot.Settings) { s.Approvers = append(s.Approvers, "U0APPROVER2") }
	inWorld(t, small, two, func(w *world) {
		ada, ben := w.slack.Users.Approver, w.slack.Users.Approver2
		w.command(ada, "scan")
		w.press(ada, "browse", "")
		row := buttons(asMessage(w.modal(ada, "browse")), "exclude")[0]
		w.press(ben, "exclude", row)
		w.inModal(ada, "exclude", row, nil)
		if got := viewText(w.modal(ada, "browse")); !strings.Contains(got, "excluded by <@"+ben+">") {
			t.Errorf("the modal shows %s", got)
		}
		if got := w.told(ada); !strings.Contains(got[len(got)-1], "already did this") {
			t.Errorf("answered %q", got)
		}
		w.slack.CloseView(ada, w.modal(ada, "browse").ID)
		w.press(ada, "browse", "")
		if row := buttons(asMessage(w.modal(ada, "browse")), "undo_exclude"); len(row) != 1 {
			t.Errorf("the reopened modal shows %q", row)
		}
	})
}

// searches finds a person by email, with Enter and with the button, changes the
// order and clears the search.
func (w *world) searches(ada, who string) {
	w.t.Helper()
	person, _ := w.org.Person(who)
	w.inModal(ada, "browse_search", "", strings.ToUpper(person.Email))
	if got := listedIn(w.modal(ada, "browse")); !slices.Equal(got, []string{who}) {
		w.t.Errorf("a search for %s finds %v", person.Email, got)
	}
	w.inModal(ada, "exclude", w.sealed("1."+who), nil)
	if got := w.modal(ada, "browse"); !slices.Equal(listedIn(got), []string{who}) || !strings.Contains(viewText(got), "excluded by") {
		w.t.Errorf("after Exclude in a search the modal shows %s", viewText(got))
	}
	w.inModal(ada, "browse_sort", "", "name")
	if got := listedIn(w.modal(ada, "browse")); !slices.Equal(got, []string{who}) {
		w.t.Errorf("changing the order lost the search: %v", got)
	}
	v := w.modal(ada, "browse")
	got := w.slack.Submit(slacktest.Submit{User: ada, ViewID: v.ID, Values: inField(v, "browse_search", "")})
	w.pass(time.Second)
	if v = w.modal(ada, "browse"); !got.OK || len(listedIn(v)) != 15 {
		w.t.Errorf("%+v; an empty search finds %v", got, listedIn(v))
	}
	if names := lowerNames(v); !slices.IsSorted(names) {
		w.t.Errorf("not sorted by name: %q", names)
	}
	if got := w.slack.Violations(); len(got) > 0 {
		w.t.Errorf("violations: %v", got)
	}
}

// lowerNames returns the names of the people in a modal in lower case, as they are
// sorted.
func lowerNames(v slacktest.View) (out []string) {
	for _, b := range v.Blocks {
		section, _ := b["text"].(map[string]any)
		text, _ := section["text"].(string)
		if who, _, ok := strings.Cut(text, "\n"); ok && b["accessory"] != nil {
			out = append(out, strings.ToLower(strings.SplitN(who, "*", 3)[1]))
		}
	}
	return out
}

// inField returns the state of a modal with text in one of its fields.
func inField(v slacktest.View, action, text string) map[string]map[string]map[string]any {
	for _, b := range v.Blocks {
		if e, ok := b["element"].(map[string]any); ok && e["action_id"] == action {
			return map[string]map[string]map[string]any{b["block_id"].(string): {action: {"type": "plain_text_input", "value": text}}}
		}
	}
	return nil
}

// TestBrowseOfACrowd opens Browse on 3,000 candidates: the modal opens at once
// and is filled afterwards.
func TestBrowseOfACrowd(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.stop()
		w.publishReport(3000)
		w.start()
		w.pass(20 * time.Second)
		w.press(ada, "browse", "")
		if opened, filled := w.calls("views.open"), w.calls("views.update"); opened != 1 || filled != 1 {
			t.Errorf("%d modals opened and %d filled, want 1 of each", opened, filled)
		}
		if v := w.modal(ada, "browse"); !strings.Contains(viewText(v), "3,000 people") || len(listedIn(v)) != 15 {
			t.Errorf("Browse shows %s", viewText(v))
		}
		w.inModal(ada, "browse_search", "", "person-02999")
		if got := listedIn(w.modal(ada, "browse")); !slices.Equal(got, []string{"712020:02999"}) {
			t.Errorf("a search finds %v", got)
		}
	})
}

// publishReport publishes a report with n people.
func (w *world) publishReport(n int) {
	w.t.Helper()
	s, err := storage.Open(w.path)
	if err != nil {
		w.t.Fatal(err)
	}
	now := time.Now().UTC()
	sc, err := s.BeginScan(storage.Scan{By: storage.Bot, StartedAt: now, Product: "confluence", InactiveDays: 180})
	w.must(err)
	var seen storage.ScanChunk
	for i := range n {
		id := fmt.Sprintf("712020:%05d", i)
		seen.Rows = append(seen.Rows, storage.Row{AccountID: id, Lane: storage.LaneInactive, CanLogIn: true, Candidate: true, LastActive: now.AddDate(-1, 0, 0)})
		seen.People = append(seen.People, storage.Person{AccountID: id, Name: "Person " + id, Email: fmt.Sprintf("person-%05d@example.com", i)})
	}
	w.must(s.AddRows(sc.ID, seen))
	sc.EndedAt = now
	_, _, err = s.Publish(sc, "crowd", 168*time.Hour)
	w.must(err)
	w.must(s.Close())
}
