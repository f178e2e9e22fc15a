package blocks_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// Every stored code, with a detail if it has one.
var (
	lanes = laneCodes()
	skips = []string{
		storage.SkipExcluded, storage.SkipClosed, storage.SkipUndone, "gone", "read_refused",
		string(policy.NotAPerson), string(policy.AlreadyOff), string(policy.NeverActive), string(policy.Active), string(policy.IDPManaged),
		string(policy.ByExclusion), string(policy.ByRule) + ":group:on-call", string(policy.AdminRole) + ":atlassian/org-admin",
		string(policy.RolesMissing), string(policy.ProtectSetting), string(policy.ProtectEarlier), string(policy.IsApprover), string(policy.JustAdded), string(policy.JustRestored),
		string(policy.LookupFailed), string(policy.FieldMissing) + ":platformRoles", string(policy.EmailHidden) + ":domain:example.com", string(policy.ActivityMissing), string(policy.Unreadable) + ":addedToOrg",
		string(policy.InTheFuture) + ":confluence", string(policy.OtherApp) + ":jira-software", string(policy.OtherSite) + ":confluence",
	}
	fails        = []string{"forbidden", "not_found", "refused", "conflict", "gone", storage.FailUnclear, storage.FailNoEffect}
	restoreFails = []string{"no_licence", "not_found", "forbidden", "refused", "changed", "key_refused", "gone", "conflict", "not_suspended", "not_confirmed"}
)

func laneCodes() (out []string) {
	for _, lane := range policy.Lanes {
		out = append(out, string(lane))
	}
	return out
}

// TestEveryCodeHasWords checks that every stored code has its own text, which
// does not contain the code.
func TestEveryCodeHasWords(t *testing.T) {
	tests := map[string]struct {
		codes []string
		say   func(string) string
	}{
		"skip":    {skips, blocks.SkipReason},
		"fail":    {fails, blocks.FailReason},
		"restore": {restoreFails, blocks.RestoreProblem},
		"stop":    {stops, func(code string) string { return blocks.StopReason(code, ada) }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			unknown := test.say("moon")
			for _, code := range test.codes {
				if got := test.say(code); strings.HasPrefix(got, unknown) || strings.Contains(got, "_") {
					t.Errorf("the text of %s is %q", code, got)
				}
			}
		})
	}
}

func TestSentences(t *testing.T) {
	sentences := map[string]string{
		"open with new people":       "29 people have not used Confluence for 180 days, 3 of them new since last Monday. Exclude people who should keep access, then press Suspend all (29).",
		"open one new person":        "1 person has not used Confluence for 180 days, new since last Monday. Exclude people who should keep access, then press Suspend all (1).",
		"open all new":               "2 people have not used Confluence for 180 days, all of them new since last Monday. Exclude people who should keep access, then press Suspend all (2).",
		"open new since another day": "4 people have not used Confluence for 180 days, 1 of them new since 8 Mar 2026. Exclude people who should keep access, then press Suspend all (4).",
		"open no one":                "No one to suspend this week. 1 person could not be checked. Press See everyone for the reasons.",
		"open waiting for a batch":   "4 people have not used Confluence for 180 days. Finish or close batch 3 before suspending these people.",
		"open report only":           "4 people have not used Confluence for 180 days.",
		"executing at the start":     "Suspending 29 people, approved by <@U0ADA>: 29 to go.",
		"done no one suspended":      "No one suspended, 2 skipped. Batch 3 was approved by <@U0ADA> on <!date^1773050400^{date_short} at {time}|9 Mar 2026 at 10:00 UTC>.",
	}
	all := reports()
	for name, want := range sentences {
		if got := all[name].Message().Text; got != want {
			t.Errorf("the text of %s is\n%s\nwant\n%s", name, got, want)
		}
	}
}

// TestSum checks the numbers of the sum line, in singular and plural.
func TestSum(t *testing.T) {
	tests := map[string]struct {
		lanes map[string]int
		want  string
	}{
		"many": {
			map[string]int{"active": 241, "inactive": 29, "active_elsewhere": 49, "idp_managed": 12, "never_active": 60, "protected": 9},
			"61 more are inactive but not listed: 49 use other apps, 12 are managed by your identity provider · 60 never used Confluence · 400 people in all",
		},
		"one of each": {
			map[string]int{"active": 1, "inactive": 1, "active_elsewhere": 1, "idp_managed": 1, "never_active": 1, "unknown": 1},
			"2 more are inactive but not listed: 1 uses other apps, 1 is managed by your identity provider · 1 never used Confluence · 6 people in all",
		},
		"thousands": {
			map[string]int{"active": 12345},
			"12,345 people in all",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := report(1)
			r.Scan.Lanes, r.Scan.People = test.lanes, 0
			for _, n := range test.lanes {
				r.Scan.People += n
			}
			if got := texts(r.Message().Blocks[1]); !slices.Contains(got, test.want) {
				t.Errorf("the sum line is\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestSinceDay checks that a weekday is named only if it is unambiguous.
func TestSinceDay(t *testing.T) {
	tests := map[string]struct {
		since time.Time
		want  string
	}{
		"a week":           {monday.AddDate(0, 0, -7), "since last Monday."},
		"a week and hours": {monday.AddDate(0, 0, -7).Add(-8 * time.Hour), "since last Monday."},
		"eight days":       {monday.AddDate(0, 0, -8), "since 1 Mar 2026."},
		"two days":         {monday.AddDate(0, 0, -2), "since last Saturday."},
		"yesterday":        {monday.AddDate(0, 0, -1), "since 8 Mar 2026."},
		"today":            {monday.Add(-time.Hour), "since 9 Mar 2026."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := report(2, after(test.since, 0)).Message().Text; !strings.Contains(got, test.want) {
				t.Errorf("the first line is %q, want %q in it", got, test.want)
			}
		})
	}
}

var wrongPlural = regexp.MustCompile(`(?:^|[^\d,.])1 (?:people|days|more are|others|of them are|of yours are|more stay\b)|\b0 (?:people|days)\b`)

// TestPlurals checks that texts use the singular for one and never say "0
// people".
func TestPlurals(t *testing.T) {
	for name, payload := range cases() {
		for _, text := range texts(payload) {
			if bad := wrongPlural.FindString(text); bad != "" {
				t.Errorf("%s has %q in %q", name, bad, text)
			}
		}
	}
}

// TestWhySomebodyCannotLogIn checks the texts of this lane, whose reason is
// only the status after a colon.
func TestWhySomebodyCannotLogIn(t *testing.T) {
	for reason, want := range map[string]string{
		":suspended": "suspended", ":deactivated": "deactivated", ":not_invited": "never invited", ":for_deletion": "to be deleted",
		":something_new": "cannot log in",
	} {
		if got := blocks.LaneReason(storage.Scan{}, storage.Row{Lane: string(policy.AlreadyOff), Reason: reason}); got != want {
			t.Errorf("the text of %s is %q, want %q", reason, got, want)
		}
	}
}
