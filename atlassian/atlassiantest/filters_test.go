package atlassiantest

import (
	"fmt"
	"slices"
	"testing"
)

// found returns the ids that all pages of a search for the filter list. The
// filter is JSON such as `"status":["active"]`, or empty.
func found(t *testing.T, url, filter string) []string {
	t.Helper()
	ids, body := []string{}, `{"limit":30`
	if filter != "" {
		body += "," + filter
	}
	for next := body; ; {
		page := decode[usersPage](t, send(t, url, "POST", searchPath, next+"}"))
		for _, u := range page.Data {
			ids = append(ids, u.AccountID)
		}
		if page.Links.Next == nil {
			return ids
		}
		next = body + fmt.Sprintf(`,"cursor":%q`, *page.Links.Next)
	}
}

// everyFilter returns each filter as JSON with a value that some of the people
// match.
func everyFilter(accountID string) map[string]string {
	return map[string]string{
		"accountIds":       `"accountIds":["` + accountID + `"]`,
		"directoryIds":     `"directoryIds":["two"]`,
		"resourceIds":      `"resourceIds":["ari:cloud:jira-software::site/` + SiteJira + `"]`,
		"groupIds":         `"groupIds":["` + uuid("sales") + `"]`,
		"mfaEnabled":       `"mfaEnabled":true`,
		"claimStatus":      `"claimStatus":"unmanaged"`,
		"status":           `"status":["suspended"]`,
		"accountStatus":    `"accountStatus":["inactive"]`,
		"membershipStatus": `"membershipStatus":["suspended"]`,
		"roleIds":          `"roleIds":["atlassian/org-admin"]`,
		"emailDomains":     `"emailDomains":["partner.example.org"]`,
		"searchTerm":       `"searchTerm":"katharina"`,
		"emails":           `"emails":["katharina.keyes@example.com"]`,
	}
}

func TestIgnoredAndEmptyFilters(t *testing.T) {
	s, url := serve(t, Options{Users: 100, Unlimited: true})
	control(t, url, "org", `{"directories":["`+directoryID+`","two"]}`)
	everyone := found(t, url, "")
	filters := everyFilter(s.Owner)
	for _, name := range filterNames {
		t.Run(name, func(t *testing.T) {
			filter := filters[name]
			some := found(t, url, filter)
			if len(some) == 0 || len(some) >= len(everyone) {
				t.Fatalf("%s finds %d of %d people at first", filter, len(some), len(everyone))
			}
			for _, test := range []struct {
				set  string
				want []string
			}{
				{`{"ignore_filters":["` + name + `"]}`, everyone},
				{`{"empty_filters":["` + name + `"]}`, everyone},
				{`{"ignore_filters":null}`, []string{}},
				{`{"empty_filters":[]}`, some},
			} {
				control(t, url, "org", test.set)
				if got := found(t, url, filter); !slices.Equal(got, test.want) {
					t.Errorf("after %s: %d people, want %d", test.set, len(got), len(test.want))
				}
			}
		})
	}
}

func TestFilterSettingsAffectOnlyTheirSearch(t *testing.T) {
	_, url := serve(t, Options{Users: 60, Unlimited: true})
	listed := func() []userDoc {
		return decode[usersPage](t, send(t, url, "GET", directoryPath+"/users?status=suspended", "")).Data
	}
	everyone, suspended, before := found(t, url, ""), found(t, url, `"status":["suspended"]`), listed()
	control(t, url, "org", `{"ignore_filters":["roleIds"],"empty_filters":["status"]}`)
	if got := listed(); len(got) != len(before) || len(before) == 0 {
		t.Errorf("GET users lists %d people, want %d", len(got), len(before))
	}
	for filter, want := range map[string][]string{
		"":                       everyone,
		`"status":[]`:            everyone,
		`"status":["suspended"]`: {},
		`"membershipStatus":["suspended"],"roleIds":["atlassian/org-admin"]`: suspended,
	} {
		if got := found(t, url, filter); !slices.Equal(got, want) {
			t.Errorf("%s: %d people, want %d", filter, len(got), len(want))
		}
	}
	control(t, url, "org", `{"ignore_filters":["status"]}`)
	if got := send(t, url, "POST", searchPath, `{"status":["asleep"]}`); got.status != 400 {
		t.Errorf("an invalid value of an ignored filter: status %d, want 400", got.status)
	}
}
