package atlassian

import (
	"slices"
	"testing"
)

func TestProductKey(t *testing.T) {
	for key, want := range map[string]string{
		"confluence": "confluence", "Confluence": "confluence", "JIRA": "jira-software", "jira": "jira-software",
		"jira-software": "jira-software", "jira-core": "jira-core", "jira-service-desk": "jira-service-desk", "": "",
	} {
		if got := ProductKey(key); got != want {
			t.Errorf("ProductKey(%q) = %q, want %q", key, got, want)
		}
	}
}

func TestSiteID(t *testing.T) {
	for id, want := range map[string]string{
		"3f1c-9a52": "3f1c-9a52", "ari:cloud:confluence::site/3f1c-9a52": "3f1c-9a52", "ARI:cloud:jira-software::site/3f1c": "3f1c",
		"": "", "ari:cloud:confluence::site/": "ari:cloud:confluence::site/", "ari:cloud:confluence:3f1c:space/7": "ari:cloud:confluence:3f1c:space/7",
		"ari:cloud:confluence::site/a/b": "ari:cloud:confluence::site/a/b",
	} {
		if got := SiteID(id); got != want || SiteID(got) != want {
			t.Errorf("SiteID(%q) = %q, want %q", id, got, want)
		}
	}
	if got, want := SiteIDs([]string{"b", "ari:cloud:confluence::site/a", "a", "b"}), []string{"b", "a"}; !slices.Equal(got, want) {
		t.Errorf("SiteIDs = %v, want %v", got, want)
	}
}
