package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestImportExclusions(t *testing.T) {
	tests := map[string]struct {
		list string
		code int
		want []string
	}{
		"only who":            {"who\n712020:x\ngroup:design\n", 0, []string{"712020:x is excluded", "group:design is excluded", "2 of 2 entries"}},
		"everything":          {"until,who,reason\n2999-01-31,712020:x,on leave\n", 0, []string{"712020:x is excluded"}},
		"JSON":                {`[{"who":"712020:x","reason":"on leave","until":"2999-01-31T00:00:00Z"}]`, 0, []string{"712020:x is excluded"}},
		"a scan's columns":    {"account_id,name\n712020:x,Ada\n", 0, []string{"712020:x is excluded"}},
		"a spreadsheet's":     {"\ufeffwho,reason\r\n712020:x,'=1+1\r\n", 0, []string{"712020:x is excluded"}},
		"excluded already":    {"who,reason\n712020:a,on leave\n", 0, []string{"712020:a is already excluded", "0 of 1"}},
		"expired":             {"who,until\n712020:x,2020-01-31\n", 0, []string{"its end date has passed", "0 of 1"}},
		"an unknown email":    {"who\nada@example.com\n", 0, []string{"Use the account id", "0 of 1"}},
		"names of people":     {"who\nAda Lovelace\nBen\n", exitMistake, []string{"entry 1 names neither", "entry 2 names neither"}},
		"no such column":      {"person\n712020:x\n", exitMistake, []string{"the first row has no column who"}},
		"no date":             {"who,until\n712020:x,friday\n", exitMistake, []string{"entry 1 has a column until", "YYYY-MM-DD"}},
		"uneven rows":         {"who,until\n712020:x\n", exitMistake, []string{"the list is not CSV"}},
		"broken JSON":         {`[{"who":`, exitMistake, []string{"the list is not JSON"}},
		"nothing":             {"", exitMistake, []string{"the list has no entry"}},
		"only the columns":    {"who\n", exitMistake, []string{"the list has no entry"}},
		"a glob for everyone": {"who\n*\n", exitMistake, []string{"entry 1 names neither"}},
	}
	path, _ := auditedDatabase(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before, _ := ran(t, "export", "exclusions", "--database", path)
			got, code := ran(t, "import", "exclusions", listFile(t, "list", test.list), "--database", path)
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("printed %q, want %q in it", got, want)
				}
			}
			if after, _ := ran(t, "export", "exclusions", "--database", path); after != before {
				t.Errorf("the dry run changed something: %s", cmp.Diff(before, after))
			}
		})
	}
}

// TestExclusionsMove exports exclusions, imports them into another database and
// exports them there with the same result.
func TestExclusionsMove(t *testing.T) {
	from, _ := auditedDatabase(t)
	for _, format := range []string{"csv", "json"} {
		t.Run(format, func(t *testing.T) {
			list, code := ran(t, "export", "exclusions", "--format", format, "--database", from)
			if code != 0 || strings.Count(list, "on leave") != 3 {
				t.Fatalf("exit code %d: %s", code, list)
			}
			to, _ := auditedDatabase(t)
			if err := os.Remove(to); err != nil {
				t.Fatal(err)
			}
			if got, code := ran(t, "import", "exclusions", "--apply", listFile(t, "list", list), "--database", to); code != 1 || !strings.Contains(got, "no database") {
				t.Errorf("exit code %d: %s; want the error that there is no database", code, got)
			}
			makeDatabase(t, to)
			if got, code := ran(t, "import", "exclusions", "--apply", listFile(t, "list", list), "--database", to); code != 0 || !strings.Contains(got, "3 of 3 entries imported") {
				t.Errorf("exit code %d: %s", code, got)
			}
			again, _ := ran(t, "export", "exclusions", "--format", format, "--database", to)
			if diff := cmp.Diff(list, again); diff != "" {
				t.Error(diff)
			}
			if got, code := ran(t, "audit", "verify", "--database", to); code != 0 || !strings.Contains(got, "4 lines") {
				t.Errorf("exit code %d: %s; want one line for each exclusion and one for the import", code, got)
			}
		})
	}
}
