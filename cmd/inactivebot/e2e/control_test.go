package e2e

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// fields is a JSON object that a control API takes.
type fields = map[string]any

// result is how something a person did in Slack ended.
type result struct {
	OK    bool   `json:"ok"`
	AckMS int    `json:"ack_ms"`
	Error string `json:"error"`
}

// command types /inactive and some words.
func (s *stage) command(user, words string) {
	s.t.Helper()
	s.acted("/inactive "+words, "/command", fields{"user": user, "command": "/inactive", "text": words})
}

// press presses a button of the newest report; an empty value takes the first
// button with the action.
func (s *stage) press(user, action, value string) {
	s.t.Helper()
	s.acted(action, "/press", fields{"user": user, "channel": s.where.Channel, "ts": s.report().TS, "action_id": action, "value": value})
}

// submit waits for a modal and submits it.
func (s *stage) submit(user, callback string) {
	s.t.Helper()
	s.acted(callback, "/submit", fields{"user": user, "view_id": s.modal(user, callback).ID})
}

func (s *stage) acted(what, path string, body fields) {
	s.t.Helper()
	if got := post[result](s, s.where.SlackControl+path, body); !got.OK {
		s.t.Fatalf("%s: slack shows %q", what, got.Error)
	}
}

// view is an open modal.
type view struct {
	ID       string   `json:"id"`
	Callback string   `json:"callback_id"`
	Private  string   `json:"private_metadata"`
	Blocks   []fields `json:"blocks"`
}

func (s *stage) views(user string) []view {
	s.t.Helper()
	return get[[]view](s, s.where.SlackControl+"/views?user="+url.QueryEscape(user))
}

// modal waits until a modal is on top of a person's screen.
func (s *stage) modal(user, callback string) (top view) {
	s.t.Helper()
	s.until("the modal "+callback+"; "+user+" was told "+strings.Join(s.told(user), " | "), func() bool {
		all := s.views(user)
		if len(all) > 0 {
			top = all[len(all)-1]
		}
		return top.Callback == callback
	})
	return top
}

// told are the texts that one person alone saw, oldest first.
func (s *stage) told(user string) (texts []string) {
	s.t.Helper()
	for _, m := range get[[]message](s, s.where.SlackControl+"/ephemerals?user="+url.QueryEscape(user)) {
		texts = append(texts, m.Text)
	}
	return texts
}

// tells waits until a person is told something that contains all of the words.
func (s *stage) tells(user string, words ...string) {
	s.t.Helper()
	s.until("telling "+user+" "+strings.Join(words, " … "), func() bool {
		return slices.ContainsFunc(s.told(user), func(text string) bool { return containsAll(text, words) })
	})
}

func containsAll(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

// ack is an envelope in Slack's ledger.
type ack struct {
	ID         string     `json:"id"`
	Type       string     `json:"type"`
	AckedAt    *time.Time `json:"acked_at"`
	AckMS      int        `json:"ack_ms"`
	Late       bool       `json:"late"`
	Deliveries int        `json:"deliveries"`
}

func (s *stage) acks() []ack {
	s.t.Helper()
	return get[[]ack](s, s.where.SlackControl+"/acks")
}

// person is the truth about one account.
type person struct {
	AccountID        string    `json:"account_id"`
	Name             string    `json:"name"`
	Email            string    `json:"email"`
	AccountType      string    `json:"account_type"`
	Status           string    `json:"status"`
	ManagementSource string    `json:"management_source"`
	AddedToOrg       time.Time `json:"added_to_org"`
	PlatformRoles    []string  `json:"platform_roles"`
	ProductAccess    []use     `json:"product_access"` // nil: the API does not tell.
	Suspended        bool      `json:"suspended"`
	Suspends         int       `json:"suspends"`
	Restores         int       `json:"restores"`
	SuspendRequests  int       `json:"suspend_requests"`
}

// use is the use of one product on one site.
type use struct {
	Key        string     `json:"key"`
	ID         string     `json:"id"`
	LastActive *time.Time `json:"last_active"` // nil: none on record.
}

// truth is everybody, by account id.
func (s *stage) truth() map[string]person {
	s.t.Helper()
	all := map[string]person{}
	for _, p := range get[[]person](s, s.where.AtlassianControl+"/users") {
		all[p.AccountID] = p
	}
	return all
}

// suspended are the accounts that are off because of the bot, sorted.
func (s *stage) suspended() (accounts []string) {
	s.t.Helper()
	for id, p := range s.truth() {
		if p.Suspends > p.Restores && p.Suspended {
			accounts = append(accounts, id)
		}
	}
	slices.Sort(accounts)
	return accounts
}

// change edits somebody as a human in another window would.
func (s *stage) change(account string, what fields) {
	s.t.Helper()
	post[person](s, s.where.AtlassianControl+"/users/"+url.PathEscape(account), what)
}

// spoil makes calls of the Organizations API go wrong.
func (s *stage) spoil(fault fields) {
	s.t.Helper()
	post[fields](s, s.where.AtlassianControl+"/faults", fault)
}

// requests is how often a route of the Organizations API was answered, by
// status; "0" is a connection that was dropped.
func (s *stage) requests(route string) map[string]int {
	s.t.Helper()
	return get[struct {
		ByRoute map[string]map[string]int `json:"by_route"`
	}](s, s.where.AtlassianControl+"/requests").ByRoute[route]
}

// clearFaults lets the Organizations API work again.
func (s *stage) clearFaults() {
	s.t.Helper()
	ask[fields](s, http.MethodDelete, s.where.AtlassianControl+"/faults", nil)
}
