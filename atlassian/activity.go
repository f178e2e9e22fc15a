package atlassian

import (
	"context"
	"errors"
	"net/http"
)

const (
	routeLastActive = "GET last-active-dates"
	// maxActivityPages limits the pages for one person. The list has one entry
	// for each product on each site.
	maxActivityPages = 100
)

// LastActive reads when a person last used each product. It sends one or more
// requests; the API allows about 200 a minute. After an error the activity is
// unknown.
//
// Reference: GET last-active-dates in
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-directory/.
func (c *Client) LastActive(ctx context.Context, accountID string) (Activity, error) {
	r := request{
		op:      "read last activity of",
		account: accountID,
		route:   routeLastActive,
		method:  http.MethodGet,
		path:    []string{"v1", "orgs", c.org, "directory", "users", accountID, "last-active-dates"},
	}
	if err := checkAccount(r); err != nil {
		return Activity{}, err
	}
	all := Activity{ProductAccess: []ProductAccess{}}
	complete := true
	err := readPages(ctx, c, maxActivityPages, r, decodeActivity, func(page Activity) {
		complete = complete && page.ProductAccess != nil
		all.ProductAccess = append(all.ProductAccess, page.ProductAccess...)
		if all.AddedToOrg.IsZero() {
			all.AddedToOrg = page.AddedToOrg
		}
	})
	if err != nil {
		return Activity{}, err
	}
	if !complete {
		all.ProductAccess = nil
	}
	return all, nil
}

// wireActivity is the data of last-active-dates. As a v1 call it uses snake case.
type wireActivity struct {
	ProductAccess []struct {
		Key        text          `json:"key"`
		ID         text          `json:"id"`
		LastActive wireTimestamp `json:"last_active"`
		Timestamp  wireTimestamp `json:"last_active_timestamp"`
	} `json:"product_access"`
	AddedToOrg          wireTimestamp `json:"added_to_org"`
	AddedToOrgTimestamp wireTimestamp `json:"added_to_org_timestamp"`
}

// decodeActivity decodes one page. It fails if an entry has no product, because
// that entry may be the latest activity.
func decodeActivity(body []byte) (a Activity, next string, err error) {
	var page struct {
		Data  *wireActivity `json:"data"`
		Links links         `json:"links"`
	}
	if err := decode(body, &page); err != nil {
		return Activity{}, "", err
	}
	if page.Data == nil {
		return Activity{}, "", errNoData
	}
	a.AddedToOrg = morePrecise(page.Data.AddedToOrgTimestamp.Timestamp, page.Data.AddedToOrg.Timestamp)
	if page.Data.ProductAccess != nil {
		a.ProductAccess = []ProductAccess{}
	}
	for _, w := range page.Data.ProductAccess {
		if w.Key.value == "" || w.ID.malformed {
			return Activity{}, "", errors.New("an activity entry has no product")
		}
		last := morePrecise(w.Timestamp.Timestamp, w.LastActive.Timestamp)
		a.ProductAccess = append(a.ProductAccess, newProductAccess(w.Key, w.ID, last))
	}
	next, err = page.Links.cursor()
	return a, next, err
}

// morePrecise returns one of the two forms in which v1 reports a time: the exact
// one, unless it is missing, malformed or before the day of the other.
func morePrecise(exact, day Timestamp) Timestamp {
	switch {
	case day.At.After(exact.At):
		return day
	case exact.IsZero():
		return day
	}
	return exact
}

// ProductAccess is a person's access to one product on one site, with the last
// use.
type ProductAccess struct {
	Key        string    // "confluence", "jira-software", …; or another. See [ProductKey].
	ID         string    // the product instance id of the site. See [SiteID].
	LastActive Timestamp // zero: no recorded use.
}

// newProductAccess normalises the product and the site.
func newProductAccess(key, id text, last Timestamp) ProductAccess {
	return ProductAccess{Key: ProductKey(key.value), ID: SiteID(id.value), LastActive: last}
}

// Activity contains all pages of one person's last-active-dates.
type Activity struct {
	ProductAccess []ProductAccess // nil: missing. Empty: no product was ever used.
	AddedToOrg    Timestamp
}
