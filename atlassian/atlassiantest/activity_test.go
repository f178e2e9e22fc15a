package atlassiantest

import (
	"strings"
	"testing"
)

func TestSiteIDsAsARIs(t *testing.T) {
	s, url := serve(t, Options{})
	id := firstPerson(t, s, func(p Person) bool {
		return len(p.ProductAccess) == 2 && p.ProductAccess[0].Key == keyConfluence && p.ProductAccess[1].Key == keyJira
	}).AccountID
	const confluence, jira = "ari:cloud:confluence::site/" + SiteConfluence, "ari:cloud:jira-software::site/" + SiteJira
	for _, test := range []struct {
		body string
		want []string
	}{
		{`{}`, []string{SiteConfluence, SiteJira}},
		{`{"ari_ids":true}`, []string{confluence, jira}},
		{`{"churn":0}`, []string{confluence, jira}},
		{`{"ari_ids":false}`, []string{SiteConfluence, SiteJira}},
		{`{"ari_ids":true}`, []string{confluence, jira}},
		{`{"ari_ids":null}`, []string{SiteConfluence, SiteJira}},
	} {
		control(t, url, "org", test.body)
		got := send(t, url, "GET", activityPath(id), "")
		for _, site := range test.want {
			if !strings.Contains(got.body, `"id":"`+site+`"`) {
				t.Errorf("after %s: no site %s in %s", test.body, site, got.body)
			}
		}
		if got := send(t, url, "POST", searchPath, `{"accountIds":["`+id+`"],"expand":["productAccess"]}`); strings.Contains(got.body, "ari:") {
			t.Errorf("after %s: the search returns %s", test.body, got.body)
		}
	}
}
