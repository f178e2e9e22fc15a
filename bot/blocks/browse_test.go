package blocks_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"inactivebot/bot/blocks"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// shownPeople returns the emails of the people in a modal, in order.
func shownPeople(t *testing.T, r blocks.Report, l blocks.ListState) (out []string) {
	t.Helper()
	for _, text := range texts(blocks.Browse(r, l).Blocks.BlockSet) {
		if who, _, ok := strings.Cut(text, "\n"); ok && strings.HasPrefix(who, "*") {
			_, email, _ := strings.Cut(who, " · ")
			out = append(out, strings.TrimSuffix(email, "@example.com"))
		}
	}
	return out
}

func TestBrowseFindsAndSorts(t *testing.T) {
	r := report(20, after(lastMonday, 3, 7, 19), serviceAccount(5), named(11, "נועה לוי", "noa@example.com"))
	r.Candidates[5].Row.LastActive = monday // a service account that would be last.
	tests := map[string]struct {
		listState blocks.ListState
		want      []string
	}{
		"longest inactive first": {listState(0, "", ""), []string{"Ivo_0", "Mara_1", "Noor_2"}},
		"an unknown order":       {listState(0, "", "random"), []string{"Ivo_0", "Mara_1", "Noor_2"}},
		"second page":            {listState(1, "", ""), []string{"Ivo_16", "Mara_17", "Noor_18", "Sten_19", "Ruth_5"}},
		"by name":                {listState(0, "", blocks.SortName), []string{"Ivo_16", "Ivo_0", "Ivo_8"}},
		"newly listed first":     {listState(0, "", blocks.SortNew), []string{"Sten_3", "Lena_7", "Sten_19", "Ivo_0"}},
		"as the report lists":    {listState(0, "", blocks.SortService), []string{"Ivo_0", "Mara_1", "Noor_2", "Sten_3", "Yuki_4", "Ruth_5"}},
		"part of a name":         {listState(0, "mara", ""), []string{"Mara_1", "Mara_9", "Mara_17"}},
		"another letter case":    {listState(0, "OKAFOR", ""), []string{"Mara_1", "Ivo_8", "Lena_15"}},
		"part of an email":       {listState(0, "_18@", ""), []string{"Noor_18"}},
		"an account id":          {listState(0, account(4), ""), []string{"Yuki_4"}},
		"right to left":          {listState(0, "לוי", ""), []string{"noa"}},
		"spaces around":          {listState(0, "  sten_19 ", ""), []string{"Sten_19"}},
		"no match":               {listState(0, "xyz", ""), nil},
		"not across the fields":  {listState(0, "Tan Omar", ""), nil},
		"a page beyond the last": {listState(7, "noor", ""), []string{"Noor_2", "Noor_10", "Noor_18"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := shownPeople(t, r, test.listState)
			if len(got) > len(test.want) && test.listState.Search == "" {
				got = got[:len(test.want)]
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("the people are %v, want %v", got, test.want)
			}
		})
	}
}

// TestLookIsRemembered checks that the state of a list survives encoding and
// that invalid metadata is refused.
func TestLookIsRemembered(t *testing.T) {
	want := blocks.ListState{Report: 12, Lane: "never_active", Page: 3, Search: "ma<ra", Sort: blocks.SortName}
	if got, ok := blocks.DecodeListState(want.Encode()); !ok || got != want {
		t.Errorf("got %+v %t, want %+v", got, ok, want)
	}
	for _, private := range []string{"", "12.0", "[]", `{"r":"x"}`, "\x00"} {
		if l, ok := blocks.DecodeListState(private); ok {
			t.Errorf("%q is %+v", private, l)
		}
	}
	if got, _ := blocks.DecodeListState(`{"r":1,"s":"` + repeat("x", 500) + `"}`); got.Sort != "" {
		t.Errorf("an unknown order is kept")
	}
	if got := want.WithSearch("other"); got.Page != 0 {
		t.Errorf("a new search starts on page %d", got.Page)
	}
	if got := want.WithSearch(want.Search); got.Page != 3 {
		t.Errorf("the same search starts on page %d", got.Page)
	}
	rapid.Check(t, func(t *rapid.T) {
		l := blocks.ListState{Report: 1 << 60, Lane: "active_elsewhere", Page: 1 << 30}.WithSort(blocks.SortService).WithSearch(repeat(outsideText().Draw(t, "search"), 20)).WithPage(1 << 30)
		if n := utf8.RuneCountInString(l.Encode()); n >= 3000 {
			t.Errorf("%d characters", n)
		}
		if got, ok := blocks.DecodeListState(l.Encode()); !ok || got.Search != l.Search {
			t.Errorf("%q is decoded as %q", l.Search, got.Search)
		}
	})
}

// TestRandomLooksAreWithinTheLimits renders any page of any list.
func TestRandomLooksAreWithinTheLimits(t *testing.T) {
	s := workspace(t)
	rapid.Check(t, anyList(s))
}

func anyList(s *slacktest.Server) func(*rapid.T) {
	return func(t *rapid.T) {
		c := drawPopulation(t)
		c.size = min(c.size, 800) // dozens of pages: more people do not change a page.
		r := c.report(rapid.SampledFrom(states).Draw(t, "state"))
		search := rapid.SampledFrom([]string{"", "", "a", "712020:0000", c.text()}).Draw(t, "search")
		order := rapid.SampledFrom([]string{"", blocks.SortName, blocks.SortNew, blocks.SortService, "x"}).Draw(t, "order")
		l := listState(rapid.IntRange(-3, 80).Draw(t, "page"), search, order)
		view := blocks.Browse(r, l)
		checkView(t, s, view)
		if n := len(view.Blocks.BlockSet); n > 3+blocks.PageSize+2 {
			t.Errorf("%d blocks", n)
		}
		w := blocks.Breakdown{Report: r.Report, Scan: r.Scan, RowsKept: pick(c, true, false)}
		for _, name := range lanes {
			w.Lanes = append(w.Lanes, blocks.LaneGroup{Lane: name, Count: c.size, People: c.people(min(10, c.size))})
		}
		checkView(t, s, blocks.Everyone(w))
		l.Lane = pick(c, lanes...)
		checkView(t, s, blocks.EveryoneInLane(w, c.listed(), l))
		all := c.exclusionEntries()
		checkView(t, s, blocks.Exclusions(all, l.Page, pick(c, "", "Nothing was changed.")))
		if len(all) > 0 {
			checkMessage(t, s, blocks.Reminder(pick(c, storage.NoteEndingExclusions, storage.NoteOldExclusions), all))
		}
	}
}

func (c population) listed() (out []storage.PersonRow) {
	for i := range min(c.size, 40) {
		row := storage.Row{AccountID: account(i), Reason: pick(c, append(laneReasons, "rule:group:"+c.text())...), LastActive: c.moment(), OtherActive: c.moment(), ManagedBy: c.text()}
		out = append(out, storage.PersonRow{Row: row, Person: c.person(i)})
	}
	return out
}

func (c population) exclusionEntries() (out []blocks.ExclusionEntry) {
	for i := range min(c.size, 40) {
		e := storage.ActiveExclusion{AccountID: account(i), By: pick(c, ada, ben), Since: c.moment(), Until: c.moment(), Reason: c.text()}
		if i%4 == 3 {
			e.AccountID, e.Rule = "", "group:"+c.text()+repeat(c.text(), 10)
		}
		out = append(out, blocks.ExclusionEntry{ActiveExclusion: e, Person: c.person(i), FromSettings: i%4 == 3 && pick(c, true, false)})
	}
	return out
}

// BenchmarkBrowse renders one page of a report of 10,000 people.
func BenchmarkBrowse(b *testing.B) {
	c := population{rand: rand.New(rand.NewPCG(1, 1)), names: []string{"Mara Okafor", "נועה לוי", "<!channel> *bold*"}, size: 10_000}
	r := c.report(storage.ReportOpen)
	for _, l := range []blocks.ListState{listState(0, "", ""), listState(300, "", blocks.SortName), listState(2, "mara", blocks.SortNew), listState(660, "", blocks.SortService)} {
		b.Run(fmt.Sprintf("sort=%s search=%s", l.Sort, l.Search), func(b *testing.B) {
			for b.Loop() {
				blocks.Browse(r, l)
			}
		})
	}
}
