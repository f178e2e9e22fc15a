package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
	"inactivebot/cmd/inactivebot/config"
	"inactivebot/storage"
)

// addKim adds a person who is inactive, and returns the account id.
func (p *installation) addKim() string {
	used := time.Now().UTC().AddDate(0, 0, -400)
	return p.org.PutPerson(atlassiantest.Person{
		Name: "Kim Oka", Email: "kim.oka@example.com", ManagementSource: "invited", Groups: []string{"everybody"},
		ProductAccess: []atlassiantest.Access{{Key: "confluence", ID: atlassiantest.SiteConfluence, LastActive: &used}},
	}).AccountID
}

// scannedBefore makes a database with a scan in which kim@example.com matched the
// account, and a later one in which it matched no one.
func (p *installation) scannedBefore(account string) {
	p.t.Helper()
	store, err := storage.Open(p.env["INACTIVEBOT_DATABASE"])
	p.must(err)
	now := time.Now().UTC()
	for _, matched := range [][]string{{account}, nil} {
		sc, err := store.BeginScan(storage.Scan{By: storage.Bot, StartedAt: now, Product: "confluence"})
		p.must(err)
		p.must(store.AddRows(sc.ID, storage.ScanChunk{
			At: now, Protected: map[string][]string{"kim@example.com": matched}, People: []storage.Person{{AccountID: account, Name: "Kim Oka"}},
		}))
		sc.EndedAt, sc.UnmatchedRules = now, []string{"group:pilots"}
		if matched == nil {
			sc.Protect = []storage.ProtectEntry{{Entry: "kim@example.com", Earlier: []string{account}}}
		}
		p.must(store.EndScan(sc))
	}
	p.must(store.Close())
}

// TestDoctorOnProtect checks what doctor says about INACTIVEBOT_PROTECT and rules,
// with and without a scan in the database.
func TestDoctorOnProtect(t *testing.T) {
	t.Parallel()
	still := "! protected accounts: kim@example.com in INACTIVEBOT_PROTECT matches no email now. It still protects Kim Oka, account id "
	tests := map[string]struct {
		protect func(kim string) string
		scanned bool
		want    []string
		no      string
	}{
		"not set": {func(string) string { return "" }, false, nil, "protected accounts"},
		"all match": {
			func(kim string) string { return "KIM.oka@example.com," + kim },
			false,
			[]string{"✓ protected accounts: Every entry of INACTIVEBOT_PROTECT matches an account."},
			"! protected",
		},
		"two match no one": {
			func(string) string { return "kmi@example.com,kim.oka@example.com,712020:0e3f-11" },
			false,
			[]string{"! protected accounts: These entries of INACTIVEBOT_PROTECT match no one: kmi@example.com, 712020:0e3f-11. To do: check them for typos"},
			"✓ protected",
		},
		"one still protects": {
			func(string) string { return "KIM@example.com,kmi@example.com" },
			true,
			[]string{
				strings.Replace(still, "kim", "KIM", 1), "This entry of INACTIVEBOT_PROTECT matches no one: kmi@example.com. To do:",
				"! rules: At the last scan: This rule matches no one: group:pilots. To do: check it for typos.",
			},
			"✓ protected",
		},
		"it was removed": {func(string) string { return "kim.oka@example.com" }, true, []string{"✓ protected accounts"}, "still protects"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newInstallation(t, slacktest.Options{})
			kim := p.addKim()
			p.set("INACTIVEBOT_PROTECT", test.protect(kim))
			if test.scanned {
				p.scannedBefore(kim)
			}
			printed, ok := p.doctor("text")
			if !ok {
				t.Errorf("a check failed:\n%s", printed)
			}
			for _, want := range test.want {
				if strings.Count(printed, want) != 1 {
					t.Errorf("want %q once in\n%s", want, printed)
				}
			}
			if strings.Contains(printed, test.no) {
				t.Errorf("%q is in\n%s", test.no, printed)
			}
			p.changedNothing()
		})
	}
}

// scan runs the command. It returns what it printed on stdout and stderr.
func (p *installation) scan(output string) (out, notes string) {
	p.t.Helper()
	var stdout, stderr bytes.Buffer
	sources := config.Sources{ReadFile: os.ReadFile, Env: func(name string) (string, bool) { v, ok := p.env[name]; return v, ok }}
	p.must(scanCommand{Output: output, DryRun: true}.Run(&program{ctx: context.Background(), sources: sources, stdout: &stdout, stderr: &stderr}))
	return stdout.String(), stderr.String()
}

// TestScanNamesUnmatched checks that scan names rules and entries that match no one
// on stderr, in every format, and honours what the database remembers.
func TestScanNamesUnmatched(t *testing.T) {
	t.Parallel()
	for _, output := range []string{"text", "json", "csv"} {
		p := newInstallation(t, slacktest.Options{})
		kim := p.addKim()
		p.set("INACTIVEBOT_EXCLUDE", "group:pilots,domain:contractor.example")
		p.set("INACTIVEBOT_PROTECT", "kim@example.com,kmi@example.com")
		want := []string{"Note: These entries of INACTIVEBOT_PROTECT match no one: kim@example.com, kmi@example.com. Check them for typos"}
		wantLane := "inactive"
		for _, remembered := range []bool{false, true} {
			if remembered {
				p.scannedBefore(kim)
				wantLane = "protected"
				want = []string{
					"Note: This entry of INACTIVEBOT_PROTECT matches no one: kmi@example.com.",
					"Note: kim@example.com in INACTIVEBOT_PROTECT matches no email now. It still protects Kim Oka, account id " + kim + ".",
				}
			}
			out, notes := p.scan(output)
			for _, text := range append(slices.Clone(want), "group:pilots") {
				if strings.Count(notes, text) != 1 {
					t.Errorf("%s: want %q once in\n%s", output, text, notes)
				}
			}
			if strings.Contains(out, "INACTIVEBOT_PROTECT") {
				t.Errorf("%s has a note on stdout:\n%s", output, out)
			}
			if output == "json" {
				checkLane(t, out, kim, wantLane)
			}
		}
	}
}

// checkLane fails unless the JSON output has the person in the lane.
func checkLane(t *testing.T, out, account, want string) {
	t.Helper()
	var got struct {
		Users []struct {
			AccountID string `json:"account_id"`
			Lane      string `json:"lane"`
		} `json:"users"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	for _, u := range got.Users {
		if u.AccountID == account && u.Lane != want {
			t.Errorf("%s is %s, want %s", account, u.Lane, want)
		}
	}
}
