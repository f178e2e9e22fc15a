package storage

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// importEntries has an entry for each outcome on the database of importStore.
var importEntries = []ExclusionEntry{
	{Who: "new", Reason: "on leave"},
	{Who: "known", Reason: "another reason"},
	{Who: "same", Reason: "as before"},
	{Who: "past", Until: t0.Add(-time.Hour)},
	{Who: "Ada@Example.com"},
	{Who: "twice@example.com"},
	{Who: "nobody@example.com"},
	{Who: "group:design", Rule: true},
	{Who: "domain:example.com", Rule: true, By: ada, Since: t0.Add(-week)},
}

var importOutcomes = []ImportResult{
	{"new", ImportAdded},
	{"known", ImportChanged},
	{"same", ImportAlready},
	{"past", ImportExpired},
	{"Ada@Example.com", ImportAdded},
	{"twice@example.com", ImportUnknown},
	{"nobody@example.com", ImportUnknown},
	{"group:design", ImportAlready},
	{"domain:example.com", ImportAdded},
}

func importStore(t *testing.T) *Store {
	t.Helper()
	s := newStore(t)
	for _, p := range []Person{{"ada", "Ada", "ada@example.com"}, {"1", "One", "twice@example.com"}, {"2", "Two", "twice@example.com"}} {
		must(t, s.SavePerson(p))
	}
	must(t, s.Exclude(Exclusion{AccountID: "known", By: bob, Since: t0.Add(-week), Reason: "a reason"}))
	must(t, s.Exclude(Exclusion{AccountID: "same", By: bob, Since: t0.Add(-week), Reason: "as before"}))
	must(t, s.AddRule(Rule{Rule: "group:design", By: bob, Since: t0}))
	return s
}

func TestImport(t *testing.T) {
	s := importStore(t)
	before := dump(t, s)
	done, err := s.Import(importEntries, false, t0)
	must(t, err)
	if diff := cmp.Diff(importOutcomes, done); diff != "" {
		t.Errorf("dry run: %s", diff)
	}
	if diff := cmp.Diff(before, dump(t, s)); diff != "" {
		t.Errorf("the dry run changed something: %s", diff)
	}
	done, err = s.Import(importEntries, true, t0)
	must(t, err)
	if diff := cmp.Diff(importOutcomes, done); diff != "" {
		t.Error(diff)
	}
	wantImported(t, s)
}

func wantImported(t *testing.T, s *Store) {
	t.Helper()
	if e, ok, err := s.Exclusion("known", t0); err != nil || !ok || e.By != bob || e.Reason != "another reason" {
		t.Errorf("the exclusion is %+v, %v, want bob's with the new reason", e, err)
	}
	if e, ok, err := s.Exclusion("ada", t0); err != nil || !ok || e.By != Bot || !e.Since.Equal(t0) {
		t.Errorf("the exclusion is %+v, %v, want one by the bot", e, err)
	}
	lines, err := s.AuditEntries(100, func(l AuditEntry) bool { return l.Action == "import" })
	must(t, err)
	if len(lines) != 5 || lines[0].Outcome != "3 added, 1 changed, 5 of 9 left out" {
		t.Errorf("%d audit entries of the import, the newest %+v, want 5 and the totals", len(lines), lines[0])
	}
	if _, err := s.VerifyAudit(""); err != nil {
		t.Error(err)
	}
}

// TestExportedComesBack checks that another database imports what one exports,
// with author and time.
func TestExportedComesBack(t *testing.T) {
	from, to := importStore(t), newStore(t)
	list, err := from.ExclusionEntries(t0)
	must(t, err)
	_, err = to.Import(list, true, t0.Add(time.Hour))
	must(t, err)
	want, err := from.Exclusions(t0)
	must(t, err)
	got, err := to.Exclusions(t0)
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" || len(want) != 2 {
		t.Errorf("%d exclusions: %s", len(want), diff)
	}
	wantRules, err := from.Rules(t0)
	must(t, err)
	gotRules, err := to.Rules(t0)
	must(t, err)
	if diff := cmp.Diff(wantRules, gotRules); diff != "" || len(wantRules) != 1 {
		t.Errorf("%d rules: %s", len(wantRules), diff)
	}
}

// TestImportedPersonLeavesTheReport checks that an imported exclusion takes
// effect at once.
func TestImportedPersonLeavesTheReport(t *testing.T) {
	s := newStore(t)
	r := published(t, s, t0, "a", "b")
	b := approved(t, s, r, t0, "a", "b")
	_, err := s.Import([]ExclusionEntry{{Who: "a"}}, true, t0)
	must(t, err)
	_, err = s.Claim(stepOf(r, "a"), rulesNow(s), nil, t0)
	wantCause(t, err, CauseExcluded)
	claimed(t, s, r, "b", t0)
	wantBatch(t, s, b.ID, BatchRunning)
}
