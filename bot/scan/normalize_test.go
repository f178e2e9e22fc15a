package scan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"inactivebot/atlassian"
	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan"
	"inactivebot/bot/scan/scantest"
	"inactivebot/storage"
)

// TestCaseB10 scans one site, written as an id or as an ARI, while the API returns
// either form, and statuses in capitals: the same people are listed.
func TestCaseB10(t *testing.T) {
	forms := map[string]string{"id": atlassiantest.SiteConfluence, "ARI": "ari:cloud:confluence::site/" + atlassiantest.SiteConfluence}
	for name, site := range forms {
		byBothRoutes(t, name, 120, func(t *testing.T, l lab, _ string) {
			lanes := func(site string) map[string]policy.Lane {
				s := l.Scanner(nil)
				s.Policy.Sites = atlassian.SiteIDs([]string{site})
				got, err := scantest.Lanes(s)
				scantest.Must(t, err)
				return got
			}
			want := lanes(atlassiantest.SiteConfluence)
			if anyOf(want, policy.Inactive) == "" {
				t.Fatal("no candidates")
			}
			scantest.Must(t, l.Org.Configure(atlassiantest.OrgSettings{ARIIDs: new(true), StatusCase: new("upper")}))
			if diff := cmp.Diff(want, lanes(site)); diff != "" {
				t.Errorf("lanes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSameScope: a stored scan is of today's scope if only the form of its sites or
// of its product differs.
func TestSameScope(t *testing.T) {
	const ari = "ari:cloud:confluence::site/one"
	tests := map[string]struct {
		product string
		sites   []string
		want    bool
	}{
		"the same":           {"jira-software", []string{"one", "two"}, true},
		"another order":      {"jira-software", []string{"two", "one"}, true},
		"an ARI":             {"jira", []string{ari, "two"}, true},
		"a site less":        {"jira-software", []string{"one"}, false},
		"all sites":          {"jira-software", nil, false},
		"another product":    {"confluence", []string{"one", "two"}, false},
		"another site by id": {"jira-software", []string{"one", "three"}, false},
	}
	for name, test := range tests {
		if got := scan.SameScope(storage.Scan{Product: "jira-software", Sites: []string{"one", "two"}}, test.product, test.sites); got != test.want {
			t.Errorf("%s: the same scope is %t, want %t", name, got, test.want)
		}
		if got := scan.SameScope(storage.Scan{Product: test.product, Sites: test.sites}, "jira-software", []string{"one", "two"}); got != test.want {
			t.Errorf("%s, stored: the same scope is %t, want %t", name, got, test.want)
		}
	}
}
