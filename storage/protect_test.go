package storage

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// matched is a part of a scan that found the accounts of each entry.
func matched(t *testing.T, s *Store, entries map[string][]string) Scan {
	t.Helper()
	sc, err := s.BeginScan(Scan{By: Bot, StartedAt: t0, InactiveDays: 180})
	must(t, err)
	must(t, s.AddRows(sc.ID, ScanChunk{At: t0, Protected: entries}))
	return sc
}

// wantProtected fails unless the entry still protects these accounts.
func wantProtected(t *testing.T, s *Store, entry string, want ...string) {
	t.Helper()
	got, err := s.ProtectedAccounts([]string{entry, "another@example.com"})
	must(t, err)
	if diff := cmp.Diff(want, got[entry]); diff != "" && len(want)+len(got[entry]) > 0 {
		t.Errorf("%s protects (-want +got):\n%s", entry, diff)
	}
}

const kim = "kim@example.com"

func TestProtectedAccounts(t *testing.T) {
	tests := map[string]struct {
		scans []map[string][]string
		entry string
		want  []string
	}{
		"no scan":                      {nil, kim, nil},
		"an entry that matches":        {[]map[string][]string{{kim: {"a"}}}, kim, []string{"a"}},
		"it matches no more":           {[]map[string][]string{{kim: {"a"}}, {kim: nil}}, kim, []string{"a"}},
		"another account later":        {[]map[string][]string{{kim: {"b"}}, {kim: {"a"}}, {kim: nil}}, kim, []string{"a", "b"}},
		"the same account again":       {[]map[string][]string{{kim: {"a"}}, {kim: {"a"}}}, kim, []string{"a"}},
		"another entry":                {[]map[string][]string{{kim: {"a"}, "lou@example.com": {"b"}}}, "lou@example.com", []string{"b"}},
		"an entry that was removed":    {[]map[string][]string{{kim: {"a"}}, {"lou@example.com": nil}}, kim, nil},
		"removed and added again":      {[]map[string][]string{{kim: {"a"}}, {}, {kim: nil}}, kim, nil},
		"all entries removed":          {[]map[string][]string{{kim: {"a"}}, {}}, kim, nil},
		"a scan that does not know":    {[]map[string][]string{{kim: {"a"}}, nil}, kim, []string{"a"}},
		"written in other letter case": {[]map[string][]string{{kim: {"a"}}, {"KIM@Example.com": nil}}, kim, []string{"a"}},
		"written twice":                {[]map[string][]string{{kim: {"a"}, "KIM@example.com": {"a"}}, {kim: nil, "KIM@example.com": nil}}, kim, []string{"a"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			for _, entries := range test.scans {
				matched(t, s, entries)
			}
			wantProtected(t, s, test.entry, test.want...)
			checkConsistent(t, s)
		})
	}
}

// TestProtectedAccountsStay restarts, ends the scan without a result, and opens a
// backup.
func TestProtectedAccountsStay(t *testing.T) {
	s := newStore(t)
	sc := matched(t, s, map[string][]string{kim: {"a"}})
	must(t, s.Close())
	s.db = reopen(t, s.Path()).db
	wantProtected(t, s, kim, "a")

	must(t, s.DropUnfinished(t0))
	if have, err := s.Scan(sc.ID); err != nil || have.Problem == "" {
		t.Fatalf("the scan is %+v %v, want interrupted", have, err)
	}
	wantProtected(t, s, kim, "a")

	copied := filepath.Join(t.TempDir(), "copy.db")
	must(t, s.Backup(copied, false, t0))
	back := reopen(t, copied)
	if behind, err := back.InvalidateIfRolledBack(t0.Add(week)); err != nil || behind == 0 {
		t.Fatalf("the backup is behind by %v (%v)", behind, err)
	}
	wantProtected(t, back, kim, "a")
	must(t, back.Close())
}

// TestNewProtectEntry adds an entry that no scan has seen: it also matches the
// email that the last scan read, although a new one is stored in the next scan.
func TestNewProtectEntry(t *testing.T) {
	s := newStore(t)
	must(t, s.SavePerson(Person{AccountID: "a", Email: "Kim@example.com"}))
	must(t, s.SavePerson(Person{AccountID: "b"}))
	wantProtected(t, s, kim, "a")
	sc, err := s.BeginScan(Scan{By: Bot, StartedAt: t0})
	must(t, err)
	must(t, s.AddRows(sc.ID, ScanChunk{At: t0, Protected: map[string][]string{kim: nil, "712020:c": nil}, People: []Person{{AccountID: "a", Email: "new@example.com"}}}))
	wantProtected(t, s, kim, "a")
	must(t, s.SavePerson(Person{AccountID: "b", Email: kim}))
	wantProtected(t, s, kim, "a")
}

// TestForgetKeepsProtection forgets a person: the account stays protected, and no
// email of the person is left.
func TestForgetKeepsProtection(t *testing.T) {
	s := newStore(t)
	saveNames(t, s, "a", "b")
	sc := matched(t, s, map[string][]string{kim: {"a"}, "lou@example.com": {"b"}})
	sc.EndedAt, sc.Protect = t0, []ProtectEntry{{Entry: kim, Earlier: []string{"a"}}, {Entry: "lou@example.com", Now: []string{"b"}, Earlier: []string{"c"}}}
	must(t, s.EndScan(sc))
	found, err := s.LastUnmatched()
	must(t, err)
	if diff := cmp.Diff(sc.Protect, found.Protect); diff != "" || len(found.People) != 3 || found.People[0].Name == "" {
		t.Errorf("before: %+v %s", found, diff)
	}
	must(t, s.Forget("a", ada, t0))
	wantProtected(t, s, kim, "a")
	if found, err = s.LastUnmatched(); err != nil || len(found.Protect) != 1 || found.Protect[0].Entry != "lou@example.com" {
		t.Errorf("after: %+v (%v), want only the other entry", found, err)
	}
	for key, value := range dump(t, s) {
		if strings.Contains(key+value, kim) {
			t.Errorf("%s has %s", key, value)
		}
	}
	checkConsistent(t, s)
}

// TestUnmatchedNote plans one note in the report's thread for rules, for entries
// of INACTIVEBOT_PROTECT, and for both.
func TestUnmatchedNote(t *testing.T) {
	for name, test := range map[string]struct {
		rules   []string
		protect []ProtectEntry
		want    int
	}{
		"none": {nil, nil, 0}, "a rule": {[]string{"group:x"}, nil, 1},
		"an entry": {nil, []ProtectEntry{{Entry: kim}}, 1}, "both": {[]string{"group:x"}, []ProtectEntry{{Entry: kim}}, 1},
	} {
		s := newStore(t)
		sc := scanned(t, s, t0, "a")
		sc.UnmatchedRules, sc.Protect = test.rules, test.protect
		_, _, err := s.Publish(sc, "slot", week)
		must(t, err)
		all, err := s.Notes()
		must(t, err)
		got := 0
		for _, n := range all {
			if n.Kind == NoteUnmatched {
				got++
			}
		}
		if got != test.want {
			t.Errorf("%s: %d notes, want %d", name, got, test.want)
		}
	}
}
