package atlassiantest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// everyPerson in [ReadLag] means each person.
const everyPerson = "*"

// ReadLag makes the next reads of a person return an older status, as a replica
// that is behind does: after it, reads go back in time. It changes only reads.
//
// A read is one call of users/search, GET users or GET user. It counts if its
// answer has the person, or leaves the person out because of the status.
type ReadLag struct {
	AccountID string `json:"account_id"` // An account id, or "*" for each person.
	Status    string `json:"status"`     // The composite status that the reads return.
	// Reads is the number of reads, at least 1. With "*" it is that of each person.
	Reads int `json:"reads"`
	// Route limits the lag to the reads of one route. Empty and "*" mean all.
	Route string `json:"route,omitempty"`
}

// UnmarshalJSON rejects unknown fields.
func (l *ReadLag) UnmarshalJSON(b []byte) error {
	type plain ReadLag
	return decodeStrict(b, (*plain)(l))
}

// laggingRoutes names the routes that can lag.
var laggingRoutes = []string{searchRoute, listRoute, userRoute}

// checkReadLag returns an error if one of the entries is invalid.
func checkReadLag(lags []ReadLag) error {
	for _, l := range lags {
		switch {
		case l.AccountID == "":
			return errors.New("read_lag: account_id must be an account id or *")
		case !slices.Contains(values["status"], l.Status):
			return fmt.Errorf("read_lag: status %q must be one of %q", l.Status, values["status"])
		case l.Reads < 1:
			return fmt.Errorf("read_lag: reads %d must be at least 1", l.Reads)
		case l.Route != "" && l.Route != everyRoute && !slices.Contains(laggingRoutes, l.Route):
			return fmt.Errorf("read_lag: route %q must be one of %q", l.Route, laggingRoutes)
		}
	}
	return nil
}

// lag is a [ReadLag] and the number of reads that it has answered, by account.
type lag struct {
	ReadLag
	reads map[string]int
}

// newLags returns lags that have answered no read yet; nil for nil.
func newLags(settings []ReadLag) []*lag {
	if settings == nil {
		return nil
	}
	lags := []*lag{}
	for _, l := range settings {
		lags = append(lags, &lag{l, map[string]int{}})
	}
	return lags
}

// lag returns the first entry that still applies to reads of the person by this
// call, or nil.
func (c *call) lag(p *Person) *lag {
	for _, l := range c.Server.org.lags {
		if (l.AccountID == everyPerson || l.AccountID == p.AccountID) &&
			(l.Route == c.route.name || l.Route == "" || l.Route == everyRoute) &&
			slices.Contains(laggingRoutes, c.route.name) &&
			l.reads[p.AccountID] < l.Reads {
			return l
		}
	}
	return nil
}

// noteRead notes that the answer depends on the person's status.
func (c *call) noteRead(p *Person) {
	l := c.lag(p)
	if l == nil {
		return
	}
	if c.lagged == nil {
		c.lagged = map[string]*lag{}
	}
	c.lagged[strings.Clone(p.AccountID)] = l
}

// countReads counts the noted reads when the call ends, so that an answer that
// has a person twice is one read.
func (c *call) countReads() {
	for account, l := range c.lagged {
		l.reads[account]++
	}
}
