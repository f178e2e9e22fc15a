package atlassian

import (
	"regexp"
	"slices"
	"strings"
)

// jira is the product key of Jira in last-active-dates (v1). The search (v2) calls
// the same product "jira".
const jira = "jira-software"

// ProductKey returns a product key in the one form in which keys are compared: in
// lower case, and "jira-software" for both names of Jira. All keys that a [Client]
// returns have this form.
func ProductKey(key string) string {
	key = strings.ToLower(key)
	if key == "jira" {
		return jira
	}
	return key
}

// siteARI matches the ARI of a site, such as ari:cloud:confluence::site/<id>.
var siteARI = regexp.MustCompile(`(?i)^ari:cloud:[a-z0-9-]*::site/([^/]+)$`)

// SiteID returns a product instance id in the one form in which ids are compared: the
// id alone in lower case, also where the API or a setting has its ARI. All ids that a [Client]
// returns have this form.
func SiteID(id string) string {
	if parts := siteARI.FindStringSubmatch(id); parts != nil {
		id = parts[1]
	}
	return strings.ToLower(id)
}

// SiteIDs returns the ids in the form of [SiteID], in their order and each once.
func SiteIDs(ids []string) (all []string) {
	for _, id := range ids {
		if id = SiteID(id); !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}
