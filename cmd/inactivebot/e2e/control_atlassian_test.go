package e2e

import (
	"net/http"
	"net/url"
	"slices"
	"time"
)

// person is the simulator's state of one account.
type person struct {
	AccountID        string    `json:"account_id"`
	Name             string    `json:"name"`
	Email            string    `json:"email"`
	AccountType      string    `json:"account_type"`
	Status           string    `json:"status"`
	ManagementSource string    `json:"management_source"`
	AddedToOrg       time.Time `json:"added_to_org"`
	PlatformRoles    []string  `json:"platform_roles"`
	ProductAccess    []use     `json:"product_access"` // nil: absent from the API.
	Suspended        bool      `json:"suspended"`
	Suspends         int       `json:"suspends"`
	Restores         int       `json:"restores"`
	SuspendRequests  int       `json:"suspend_requests"`
}

// use is the use of one product on one site.
type use struct {
	Key        string     `json:"key"`
	ID         string     `json:"id"`
	LastActive *time.Time `json:"last_active"` // nil: never.
}

// orgState returns all people by account id.
func (s *simulation) orgState() map[string]person {
	s.t.Helper()
	all := map[string]person{}
	for _, p := range get[[]person](s, s.addresses.AtlassianControl+"/users") {
		all[p.AccountID] = p
	}
	return all
}

// suspended returns the accounts that the bot has suspended, sorted.
func (s *simulation) suspended() (accounts []string) {
	s.t.Helper()
	for id, p := range s.orgState() {
		if p.Suspends > p.Restores && p.Suspended {
			accounts = append(accounts, id)
		}
	}
	slices.Sort(accounts)
	return accounts
}

// editPerson changes a person outside the bot.
func (s *simulation) editPerson(account string, what fields) {
	s.t.Helper()
	post[person](s, s.addresses.AtlassianControl+"/users/"+url.PathEscape(account), what)
}

// addFault adds a fault to the Organizations API.
func (s *simulation) addFault(fault fields) {
	s.t.Helper()
	post[fields](s, s.addresses.AtlassianControl+"/faults", fault)
}

// requests returns how often a route of the Organizations API was answered, by
// status; "0" is a dropped connection.
func (s *simulation) requests(route string) map[string]int {
	s.t.Helper()
	return get[struct {
		ByRoute map[string]map[string]int `json:"by_route"`
	}](s, s.addresses.AtlassianControl+"/requests").ByRoute[route]
}

// clearFaults removes all faults of the Organizations API.
func (s *simulation) clearFaults() {
	s.t.Helper()
	ask[fields](s, http.MethodDelete, s.addresses.AtlassianControl+"/faults", nil)
}
