package storage

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestExclude(t *testing.T) {
	until := t0.Add(24 * time.Hour)
	first := Exclusion{AccountID: "a", By: ada, Since: t0, Until: until, Reason: "on leave"}
	for _, c := range []struct {
		name  string
		again Exclusion
		want  Cause
	}{
		{"the same", Exclusion{AccountID: "a", By: bob, Since: t0.Add(time.Hour), Until: until, Reason: "on leave"}, CauseAlready},
		{"at its last nanosecond", Exclusion{AccountID: "a", By: bob, Since: until.Add(-1), Until: until, Reason: "on leave"}, CauseAlready},
		{"without an end or a reason", Exclusion{AccountID: "a", By: bob, Since: t0.Add(time.Hour)}, CauseAlready},
		{"another reason", Exclusion{AccountID: "a", By: bob, Since: t0, Until: until, Reason: "parental leave"}, ""},
		{"another end", Exclusion{AccountID: "a", By: bob, Since: t0, Reason: "on leave"}, ""},
		{"after it has ended", Exclusion{AccountID: "a", By: bob, Since: until, Until: until, Reason: "on leave"}, ""},
		{"another person", Exclusion{AccountID: "b", By: bob, Since: t0, Until: until, Reason: "on leave"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t)
			must(t, s.Exclude(first))
			if r := wantCause(t, s.Exclude(c.again), c.want); c.want != "" && (r.By != ada || !r.At.Equal(t0)) {
				t.Errorf("got %+v, want who made it and when", r)
			}
			checkConsistent(t, s)
		})
	}
}

func TestExclusionHolds(t *testing.T) {
	s := newStore(t)
	end := t0.Add(time.Hour)
	must(t, s.Exclude(Exclusion{AccountID: "forever", By: ada, Since: t0}))
	must(t, s.Exclude(Exclusion{AccountID: "an hour", By: ada, Since: t0, Until: end}))
	for at, want := range map[time.Time][]string{end.Add(-1): {"an hour", "forever"}, end: {"forever"}, t0.AddDate(50, 0, 0): {"forever"}} {
		all, err := s.Exclusions(at)
		must(t, err)
		var got []string
		for _, e := range all {
			got = append(got, e.AccountID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("at %v: %v, want %v", at, got, want)
		}
		if _, ok, err := s.Exclusion("an hour", at); err != nil || ok != slices.Contains(want, "an hour") {
			t.Errorf("at %v: %t %v", at, ok, err)
		}
	}
	if _, ok, err := s.Exclusion("nobody", t0); ok || err != nil {
		t.Errorf("got %t %v", ok, err)
	}
	wantCause(t, s.Include("an hour", ada, end), CauseAlready)
	wantCause(t, s.Include("nobody", ada, t0), CauseAlready)
	must(t, s.Include("forever", ada, end))
	wantCause(t, s.Include("forever", ada, end), CauseAlready)
}

// TestExcludeTellsEveryReportThatListsThePerson also checks that only these
// reports are redrawn.
func TestExcludeTellsEveryReportThatListsThePerson(t *testing.T) {
	s := newStore(t)
	busy := published(t, s, t0, "a", "b")
	approved(t, s, busy, t0, "a")
	open := published(t, s, t0.Add(time.Hour), "b")
	postAll(t, s)
	must(t, s.Exclude(Exclusion{AccountID: "b", By: bob, Since: t0.Add(2 * time.Hour), Reason: "on leave"}))
	if got, want := staleIDs(t, s), []uint64{busy.ID, open.ID}; !slices.Equal(got, want) {
		t.Errorf("stale are %v, want %v", got, want)
	}
	got := lastNotes(t, s, 2)
	want := []Note{
		{Kind: NoteExcluded, ReportID: busy.ID, By: bob, At: t0.Add(2 * time.Hour), Accounts: []string{"b"}, Text: "on leave"},
		{Kind: NoteExcluded, ReportID: open.ID, By: bob, At: t0.Add(2 * time.Hour), Accounts: []string{"b"}, Text: "on leave"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	postAll(t, s)
	must(t, s.Include("b", bob, t0))
	must(t, s.Exclude(Exclusion{AccountID: "a", By: bob, Since: t0}))
	if got := lastNotes(t, s, 3); got[0].Kind != NoteIncluded || got[1].Kind != NoteIncluded || got[2].ReportID != busy.ID {
		t.Errorf("notes are %+v", got)
	}
	postAll(t, s)
	must(t, s.Exclude(Exclusion{AccountID: "not listed", By: bob, Since: t0}))
	if got := staleIDs(t, s); len(got) != 0 {
		t.Errorf("stale are %v, want none", got)
	}
	checkConsistent(t, s)
}

func TestRules(t *testing.T) {
	s := newStore(t)
	open := published(t, s, t0, "a")
	postAll(t, s)
	end := t0.Add(time.Hour)
	rule := Rule{Rule: "group:design", By: ada, Since: t0, Until: end, Reason: "project"}
	must(t, s.AddRule(rule))
	if got := staleIDs(t, s); !slices.Equal(got, []uint64{open.ID}) {
		t.Errorf("stale are %v", got)
	}
	if r := wantCause(t, s.AddRule(Rule{Rule: "group:design", By: bob, Since: end.Add(-1)}), CauseAlready); r.By != ada {
		t.Errorf("got %+v, want who made it", r)
	}
	must(t, s.AddRule(Rule{Rule: "domain:example.com", By: bob, Since: t0}))
	all, err := s.Rules(end.Add(-1))
	if must(t, err); len(all) != 2 || !cmp.Equal(all[1], rule) {
		t.Errorf("rules are %+v", all)
	}
	if all, err := s.Rules(end); err != nil || len(all) != 1 || all[0].Rule != "domain:example.com" {
		t.Errorf("rules are %+v %v", all, err)
	}
	wantCause(t, s.RemoveRule("group:design", bob, end), CauseAlready)
	must(t, s.AddRule(Rule{Rule: "group:design", By: bob, Since: end}))
	must(t, s.RemoveRule("domain:example.com", ada, end))
	wantCause(t, s.RemoveRule("domain:example.com", ada, end), CauseAlready)
	if got := lastNotes(t, s, 1)[0]; got.Kind != NoteRuleRemoved || got.ReportID != open.ID || got.Text != "domain:example.com" {
		t.Errorf("the note is %+v", got)
	}
	checkConsistent(t, s)
}

// postAll records that all messages are posted.
func postAll(t *testing.T, s *Store) {
	t.Helper()
	all, err := s.StaleReports()
	must(t, err)
	for _, r := range all {
		must(t, s.MarkPosted(r.ID, r.Version, Message{Channel: "C1", TS: "1"}))
	}
}

func staleIDs(t *testing.T, s *Store) (ids []uint64) {
	t.Helper()
	all, err := s.StaleReports()
	must(t, err)
	for _, r := range all {
		ids = append(ids, r.ID)
	}
	return ids
}

// lastNotes returns the newest notes, oldest first and without their ids.
func lastNotes(t *testing.T, s *Store, n int) []Note {
	t.Helper()
	all, err := s.Notes()
	must(t, err)
	all = all[max(0, len(all)-n):]
	for i := range all {
		all[i].ID = 0
	}
	return all
}

// TestRuleAgain checks that a rule in effect can get another end or reason, and
// is refused if nothing changes.
func TestRuleAgain(t *testing.T) {
	s := newStore(t)
	end := t0.Add(24 * time.Hour)
	must(t, s.AddRule(Rule{Rule: "domain:example.org", By: ada, Since: t0, Until: end}))
	wantCause(t, s.AddRule(Rule{Rule: "domain:example.org", By: bob, Since: t0}), CauseAlready)
	wantCause(t, s.AddRule(Rule{Rule: "domain:example.org", By: bob, Since: t0, Until: end}), CauseAlready)
	must(t, s.AddRule(Rule{Rule: "domain:example.org", By: bob, Since: t0, Until: end.AddDate(1, 0, 0)}))
	all, err := s.Rules(end)
	must(t, err)
	if len(all) != 1 || !all[0].Until.Equal(end.AddDate(1, 0, 0)) || all[0].By != bob {
		t.Errorf("the rules are %+v", all)
	}
	checkConsistent(t, s)
}
