package atlassian

import (
	"context"
	"errors"
	"net/http"
)

const (
	routeLastActive = "GET last-active-dates"
	// maxActivityPages bounds one person's answer, which has an entry for each
	// product on each site.
	maxActivityPages = 100
)

// LastActive reads when somebody last used what, by one or more calls, of which
// the API allows about 200 a minute. An error means that nothing is known.
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
	told := true
	err := paginate(maxActivityPages, r, func(cursor string) (next string, err error) {
		r.cursor = cursor
		var page Activity
		err = c.do(ctx, r, func(body []byte) (err error) {
			page, next, err = decodeActivity(body)
			return err
		})
		told = told && page.ProductAccess != nil
		all.ProductAccess = append(all.ProductAccess, page.ProductAccess...)
		if all.AddedToOrg.IsZero() {
			all.AddedToOrg = page.AddedToOrg
		}
		return next, err
	})
	if err != nil {
		return Activity{}, err
	}
	if !told {
		all.ProductAccess = nil
	}
	return all, nil
}

// wireActivity is data of last-active-dates. Unlike v2 it is in snake case.
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

// decodeActivity reads one page. An entry that does not tell its product makes
// the page unreadable, because it may be the one that counts.
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
			return Activity{}, "", errors.New("there is an entry without a product")
		}
		last := morePrecise(w.Timestamp.Timestamp, w.LastActive.Timestamp)
		a.ProductAccess = append(a.ProductAccess, ProductAccess{Key: w.Key.value, ID: w.ID.value, LastActive: last})
	}
	next, err = page.Links.cursor()
	return a, next, err
}

// morePrecise chooses between the two forms in which v1 tells one moment: the exact
// one, unless it is missing, unreadable or before the day of the other.
func morePrecise(exact, day Timestamp) Timestamp {
	switch {
	case day.At.After(exact.At):
		return day
	case exact.IsZero():
		return day
	}
	return exact
}

// ProductAccess is the last use of one product on one site.
type ProductAccess struct {
	Key        string    // "confluence", "jira-software", …; an open set.
	ID         string    // the site's product instance id.
	LastActive Timestamp // zero: no use on record.
}

// Activity is one person's answer of last-active-dates, all its pages together.
type Activity struct {
	ProductAccess []ProductAccess // nil: not told. Empty: nothing was ever used.
	AddedToOrg    Timestamp
}
