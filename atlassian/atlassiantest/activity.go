package atlassiantest

import (
	"encoding/json"
	"net/url"
	"slices"
	"time"
)

// activityPage is the number of products on one page of last-active-dates.
const activityPage = 10

type wireActivity struct {
	ProductAccess       any    `json:"product_access,omitempty"` // []wireUse or null.
	AddedToOrg          string `json:"added_to_org,omitempty"`
	AddedToOrgTimestamp string `json:"added_to_org_timestamp,omitempty"`
}

type wireUse struct {
	ID        string `json:"id"`
	Key       string `json:"key"`
	Date      string `json:"last_active,omitempty"`
	Timestamp any    `json:"last_active_timestamp,omitempty"`
}

// lastActive is GET last-active-dates. It returns the same timestamps in the
// same shapes as users/search; for a date-only one it returns only the date.
// Its next link is a whole URL, as in some v1 calls.
func (c *call) lastActive() (any, *apiError) {
	i, apiErr := c.number()
	if apiErr != nil {
		return nil, apiErr
	}
	sent := c.r.URL.Query().Get("cursor")
	at := position{Of: c.route.name + " " + c.account}
	if sent != "" {
		if at, apiErr = c.cursors.open(sent, at.Of); apiErr != nil {
			return nil, apiErr
		}
		at.PagesRead++
	}
	p, _ := c.people.at(i, c.now)
	uses, next := c.uses(&p, at)
	cursor := c.next(at, next, sent)
	if cursor != nil {
		cursor = new(c.link(*cursor))
	}
	activity := wireActivity{ProductAccess: uses}
	if !slices.Contains(c.omitted(&p), "addedToOrg") {
		activity.AddedToOrg = p.AddedToOrg.UTC().Format(time.DateOnly)
		activity.AddedToOrgTimestamp = p.AddedToOrg.UTC().Format(time.RFC3339)
	}
	return struct {
		wireData
		Links wireLinks `json:"links"`
	}{wireData{activity}, wireLinks{Self: c.link(""), Next: cursor}}, nil
}

// uses returns one page of the person's product use and the start of the next
// page, -1 on the last one.
func (c *call) uses(p *Person, at position) (uses any, next int) {
	switch {
	case c.fault.EmptyPage:
		return []wireUse{}, at.Next
	case c.fault.EmptyActivity:
		return []wireUse{}, -1
	case p.ProductAccess == nil && p.NullActivity:
		return json.RawMessage("null"), -1
	case p.ProductAccess == nil:
		return nil, -1
	}
	list, end := []wireUse{}, min(at.Next+activityPage, len(p.ProductAccess))
	for _, a := range p.ProductAccess[min(at.Next, end):end] {
		use := a.wire()
		if c.Server.org.ariIDs {
			use.ID = a.ari()
		}
		list = append(list, use)
	}
	if end == len(p.ProductAccess) {
		end = -1
	}
	return list, end
}

// ari returns the site id as an ARI, which names the product as the answer does.
func (a Access) ari() string { return "ari:cloud:" + a.Key + "::site/" + a.ID }

func (a Access) wire() wireUse {
	use := wireUse{ID: a.ID, Key: a.Key}
	if a.LastActive == nil {
		return use
	}
	use.Date = a.LastActive.UTC().Format(time.DateOnly)
	if a.Shape != ShapeDate {
		use.Timestamp = a.Shape.write(*a.LastActive)
	}
	return use
}

// link returns this call's URL with the cursor.
func (c *call) link(cursor string) string {
	link := url.URL{Scheme: "http", Host: c.r.Host, Path: c.r.URL.Path}
	if c.r.TLS != nil {
		link.Scheme = "https"
	}
	if cursor != "" {
		link.RawQuery = url.Values{"cursor": {cursor}}.Encode()
	}
	return link.String()
}
