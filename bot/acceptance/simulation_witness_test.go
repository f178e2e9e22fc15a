package acceptance_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"inactivebot/atlassian/atlassiantest"
)

// witness is in front of the organisation and records what the bot read about
// people and did to them. It knows nothing of the bot.
type witness struct {
	org     *atlassiantest.Server
	latency time.Duration

	mu      sync.Mutex
	looks   []look
	effects []effect
}

// look is one read of a person: whether the person might have been suspended
// just before and just after it, by what that read shows.
type look struct {
	account       string
	what          string // search or dates.
	at            time.Time
	before, after bool
	managed       bool // only that an identity provider manages the person forbids it.
}

// effect is a suspension, and when its request arrived.
type effect struct {
	account string
	came    time.Time
}

func (w *witness) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	account, what := subject(r)
	<-time.After(w.latency / 2)
	var done []func()
	switch what {
	case "suspend":
		done = append(done, w.watch(account))
	case "dates":
		done = append(done, w.reads(what, account))
	case "search":
		for _, id := range searched(r) {
			done = append(done, w.reads(what, id))
		}
	}
	defer func() {
		for _, f := range done {
			f()
		}
		<-time.After(w.latency / 2)
	}()
	w.org.ServeHTTP(rw, r)
}

// subject returns the person a request is about, and what it does.
func subject(r *http.Request) (account, what string) {
	parts := strings.Split(r.URL.Path, "/")
	last := parts[len(parts)-1]
	switch last {
	case "suspend":
		return parts[len(parts)-2], "suspend"
	case "last-active-dates":
		return parts[len(parts)-2], "dates"
	case "search":
		return "", "search"
	}
	return "", ""
}

// searched returns the accounts that a search names and reads with everything a
// decision needs.
func searched(r *http.Request) []string {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var query struct {
		AccountIDs []string `json:"accountIds"`
		Expand     []string `json:"expand"`
	}
	if json.Unmarshal(body, &query) != nil || len(query.Expand) == 0 {
		return nil
	}
	return query.AccountIDs
}

func (w *witness) watch(account string) func() {
	before, _ := w.org.Person(account)
	came := time.Now()
	return func() {
		after, _ := w.org.Person(account)
		w.mu.Lock()
		defer w.mu.Unlock()
		if after.Suspends > before.Suspends {
			w.effects = append(w.effects, effect{account, came})
		}
	}
}

func (w *witness) reads(what, account string) func() {
	p, found := w.org.Person(account)
	l := look{account: account, what: what, at: time.Now(), before: found && tells(what, p)}
	return func() {
		p, found := w.org.Person(account)
		l.after = found && tells(what, p)
		l.managed = !l.after && found && tells(what, unmanaged(p))
		w.mu.Lock()
		defer w.mu.Unlock()
		w.looks = append(w.looks, l)
	}
}

// looked reports whether a person was read in one way between two times, and
// whether the read might have allowed the suspension. If a scan may have read
// the person just before the request, either of the last two reads can be the
// one that counted. Managed allows people whom an identity provider manages.
func (w *witness) looked(what, account string, managed bool, from, until time.Time) (looked, allowed bool) {
	reads := map[string]int{"search": 1, "dates": 2}[what]
	for _, l := range slices.Backward(w.looks) {
		if l.what != what || l.account != account || l.at.After(until) || l.at.Before(from) {
			continue
		}
		looked, allowed = true, allowed || l.before || l.after || managed && l.managed
		if reads--; reads == 0 {
			break
		}
	}
	return looked, allowed
}

func unmanaged(p atlassiantest.Person) atlassiantest.Person {
	p.ManagementSource = "invited"
	return p
}

// tells reports whether a read at this moment allows the suspension of a
// person. The search shows everything; last-active-dates show use alone, so
// they cannot show a role given between the two.
func tells(what string, p atlassiantest.Person) bool {
	if what == "dates" {
		return unused(p, time.Now())
	}
	return mayGo(p, time.Now())
}

// adminRoles lists the roles whose holders are never suspended.
var adminRoles = []string{atlassiantest.RoleOrgAdmin, atlassiantest.RoleSiteAdmin, atlassiantest.RoleUserAccessAdmin}

// mayGo reports whether a person may be suspended under the default settings,
// by the truth alone: a person who can log in, is no admin, is not managed by
// an identity provider, was not added recently, has used Confluence, and has
// used nothing for 180 days.
func mayGo(p atlassiantest.Person, at time.Time) bool {
	manages := slices.ContainsFunc(p.PlatformRoles, func(r string) bool { return slices.Contains(adminRoles, r) })
	return unused(p, at) && !manages && p.AccountType == "atlassian" && p.Status == atlassiantest.StatusActive &&
		p.ManagementSource != "synced" && p.AddedToOrg.Before(threshold(at))
}

func threshold(at time.Time) time.Time { return at.AddDate(0, 0, -180) }

// unused reports whether a person has used Confluence, and nothing at all for
// 180 days.
func unused(p atlassiantest.Person, at time.Time) (used bool) {
	for _, a := range p.ProductAccess {
		if a.LastActive == nil {
			continue
		}
		if !a.LastActive.Before(threshold(at)) {
			return false
		}
		used = used || a.Key == "confluence"
	}
	return used
}
