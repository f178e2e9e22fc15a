package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
)

// fixture is a panel with both simulators and the URL of its page.
type fixture struct {
	*panel
	t    *testing.T
	page string
}

func newFixture(t *testing.T, o atlassiantest.Options, withBot bool) *fixture {
	t.Helper()
	o.Unlimited = true
	p := newPanel(atlassiantest.New(o), withBot)
	p.workspace = slacktest.New(slacktest.Options{NoRateLimits: true, Panel: p.pagePanel(), Completions: completions})
	server := httptest.NewServer(p.workspace)
	t.Cleanup(func() {
		p.workspace.Close()
		server.CloseClientConnections()
		server.Close()
	})
	return &fixture{panel: p, t: t, page: server.URL}
}

// get returns the HTML of a path.
func (s *fixture) get(path string) string {
	s.t.Helper()
	return s.do(http.MethodGet, path, "", http.StatusOK)
}

// press submits a form of the panel and returns the message it shows.
func (s *fixture) press(form string, fields ...string) string {
	s.t.Helper()
	values := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	s.do(http.MethodPost, "/panel/"+form, values.Encode(), http.StatusSeeOther)
	_, rest, _ := strings.Cut(s.get("/panel/"), `<p id="said" role="status" data-part>`)
	said, _, _ := strings.Cut(rest, "</p>")
	return said
}

func (s *fixture) do(method, path, body string, want int) string {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.page+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if response.StatusCode != want {
		s.t.Fatalf("%s %s: status %d, want %d: %s", method, path, response.StatusCode, want, text)
	}
	return string(text)
}

// report posts a report with these buttons like the bot, and returns its ts.
func (s *fixture) report(buttons ...string) string {
	s.t.Helper()
	var blocks []map[string]any
	for i := 0; i < len(buttons); i += 2 {
		text := map[string]any{"type": "plain_text", "text": "Go"}
		button := map[string]any{"type": "button", "action_id": buttons[i], "value": buttons[i+1], "text": text}
		blocks = append(blocks, map[string]any{"type": "section", "text": text, "accessory": button})
	}
	body, err := json.Marshal(blocks)
	if err != nil {
		s.t.Fatal(err)
	}
	form := url.Values{"token": {s.workspace.BotToken}, "channel": {s.workspace.Channel}, "text": {"report"}, "blocks": {string(body)}}
	answer := s.do(http.MethodPost, "/api/chat.postMessage", form.Encode(), http.StatusOK)
	var posted struct{ TS string }
	if err := json.Unmarshal([]byte(answer), &posted); err != nil || posted.TS == "" {
		s.t.Fatalf("post: %s", answer)
	}
	return posted.TS
}

// firstPerson returns the first person that matches.
func (s *fixture) firstPerson(fits func(atlassiantest.Person) bool) atlassiantest.Person {
	s.t.Helper()
	for p := range s.organisation.People() {
		if fits(p) {
			return p
		}
	}
	s.t.Fatal("no person matches")
	return atlassiantest.Person{}
}

func ordinary(p atlassiantest.Person) bool {
	return p.AccountType == "atlassian" && p.Status == atlassiantest.StatusActive && len(p.PlatformRoles) == 0 && len(p.ProductAccess) > 0
}

func TestPanelFindsAnybodyAmongTenThousand(t *testing.T) {
	s := newFixture(t, atlassiantest.Options{Users: 10_000}, false)
	s.organisation.PutPerson(atlassiantest.Person{AccountID: "712020:last", Name: "Quirin Zuletzt", Email: "QZ@Example.com"})
	s.report("exclude", "ABCDEFGH.1.712020:last")
	for _, tt := range []struct {
		name, query string
		rows        int
		want        string
	}{
		{"empty query", "", maxShown, "The first 50 of 10001 people."},
		{"name", "quirin z", 1, "1 person of 10001."},
		{"email in another case", "qz@example", 1, "Quirin Zuletzt"},
		{"account id", "712020:last", 1, "Quirin Zuletzt"},
		{"surrounding spaces", "  Zuletzt ", 1, "Quirin Zuletzt"},
		{"no match", "no such person", 0, "No matches."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := s.get("/panel/?q=" + url.QueryEscape(tt.query))
			if rows := strings.Count(got, "data-account="); rows != tt.rows || !strings.Contains(got, tt.want) {
				t.Errorf("%d rows, want %d and %q in %s", rows, tt.rows, tt.want, got[:min(len(got), 4000)])
			}
		})
	}
	if page := s.get("/"); strings.Count(page, "data-account=") != maxShown {
		t.Errorf("the page shows %d people, want %d", strings.Count(page, "data-account="), maxShown)
	}
}

func TestPanelShowsTheReportFirst(t *testing.T) {
	s := newFixture(t, atlassiantest.Options{Users: 200}, false)
	var last atlassiantest.Person
	for p := range s.organisation.People() {
		last = p
	}
	ts := s.report("suspend_all", "ABCDEFGH.1", "exclude", "ABCDEFGH.1."+last.AccountID)
	first := func() string {
		_, rest, _ := strings.Cut(s.get("/panel/"), `data-account="`)
		id, _, _ := strings.Cut(rest, `"`)
		return id
	}
	if got := first(); got != last.AccountID {
		t.Errorf("the first person is %s, want %s from the report", got, last.AccountID)
	}
	if got := s.get("/panel/?filter=listed"); strings.Count(got, "data-account=") != 1 {
		t.Errorf("in the report: %s", got)
	}
	form := url.Values{"token": {s.workspace.BotToken}, "channel": {s.workspace.Channel}, "ts": {ts}, "text": {"running"}, "blocks": {`[{"type":"divider"}]`}}
	s.do(http.MethodPost, "/api/chat.update", form.Encode(), http.StatusOK)
	if got := first(); got != last.AccountID {
		t.Errorf("the first person is %s during the batch, want %s", got, last.AccountID)
	}
	other := s.firstPerson(ordinary)
	s.report("exclude", "2."+other.AccountID)
	if got := s.get("/panel/?filter=listed"); strings.Count(got, "data-account=") != 1 || !strings.Contains(got, other.AccountID) {
		t.Errorf("in the newer report: %s", got)
	}
}

func TestPanelEscapesNames(t *testing.T) {
	s := newFixture(t, atlassiantest.Options{Users: 20}, false)
	name := `<script>alert(1)</script> <!channel> *b* " onclick="x`
	p := s.organisation.PutPerson(atlassiantest.Person{Name: name, Email: `"><img src=x>@example.com`, PlatformRoles: []string{"<b>role"}})
	for _, got := range []string{s.get("/panel/"), s.get("/"), s.get("/panel/?q=" + url.QueryEscape(`"><script>`)), s.press("person", "id", p.AccountID, "do", "active")} {
		for _, never := range []string{"<script>alert", "<img src=x", "<b>role", `"><script>`} {
			if strings.Contains(got, never) {
				t.Errorf("%s in %s", never, got)
			}
		}
	}
	if got := s.get("/panel/?q=onclick"); !strings.Contains(got, "&lt;script&gt;alert(1)&lt;/script&gt; &lt;!channel&gt; *b* &#34; onclick=&#34;x") {
		t.Errorf("the name is not shown: %s", got)
	}
}

func TestPanelActsOnAPerson(t *testing.T) {
	s := newFixture(t, atlassiantest.Options{Users: 200}, false)
	away := s.firstPerson(func(p atlassiantest.Person) bool {
		return ordinary(p) && p.ProductAccess[0].Key == "confluence" && p.ProductAccess[0].LastActive != nil && time.Since(*p.ProductAccess[0].LastActive) > 200*24*time.Hour
	})
	never := s.firstPerson(func(p atlassiantest.Person) bool {
		return p.Status == atlassiantest.StatusActive && len(p.ProductAccess) == 0
	})
	for _, p := range []atlassiantest.Person{away, never} {
		if got := s.press("person", "id", p.AccountID, "do", "active"); !strings.Contains(got, "used Confluence just now") {
			t.Errorf("message %q", got)
		}
		now, _ := s.organisation.Person(p.AccountID)
		if len(now.ProductAccess) == 0 || now.ProductAccess[0].LastActive == nil || time.Since(*now.ProductAccess[0].LastActive) > time.Minute || now.ProductAccess[0].Key != "confluence" {
			t.Errorf("access is %+v", now.ProductAccess)
		}
	}
	for _, do := range []string{"admin", "plain"} {
		s.press("person", "id", away.AccountID, "do", do)
		if now, _ := s.organisation.Person(away.AccountID); (len(now.PlatformRoles) == 1) != (do == "admin") {
			t.Errorf("after %s the roles are %v", do, now.PlatformRoles)
		}
	}
	s.organisation.ChangePerson(away.AccountID, func(p *atlassiantest.Person) { p.Suspended = true })
	if got := s.press("person", "id", away.AccountID, "do", "active"); !strings.Contains(got, "cannot log in") {
		t.Errorf("message %q for a suspended person", got)
	}
	if got := s.press("person", "id", "nobody", "do", "active"); !strings.Contains(got, "no longer in the organisation") {
		t.Errorf("message %q for an unknown person", got)
	}
	s.do(http.MethodPost, "/panel/person", url.Values{"id": {away.AccountID}, "do": {"vanish"}}.Encode(), http.StatusBadRequest)
}

func TestPanelSwitchesFaults(t *testing.T) {
	s := newFixture(t, atlassiantest.Options{Users: 20}, false)
	others := atlassiantest.Fault{Route: "GET user", Count: 3, Status: 500}
	if err := s.organisation.AddFault(others); err != nil {
		t.Fatal(err)
	}
	for _, f := range faultSwitches() {
		if got := s.press("fault", "name", f.Name); !strings.Contains(got, "on") {
			t.Errorf("%s: message %q", f.Name, got)
		}
		if got := len(s.organisation.Faults()); got != 1+len(f.faults) {
			t.Errorf("%s: %d faults set, want %d", f.Name, got, 1+len(f.faults))
		}
		if !strings.Contains(s.get("/panel/"), fmt.Sprintf(`id="fault-%s" aria-pressed="true"`, f.Name)) {
			t.Errorf("%s is not shown as on", f.Name)
		}
		s.press("fault", "name", f.Name)
		if got := s.organisation.Faults(); len(got) != 1 || got[0].Route != others.Route || got[0].Count != 3 {
			t.Errorf("%s: faults after it was switched off: %+v", f.Name, got)
		}
	}
	s.do(http.MethodPost, "/panel/fault", "name=none", http.StatusBadRequest)
	s.do(http.MethodPost, "/panel/socket", "reason=none", http.StatusBadRequest)
	if got := s.press("socket", "reason", "cut"); !strings.Contains(got, "connection") {
		t.Errorf("message %q", got)
	}
}

func TestPanelCallsMonday(t *testing.T) {
	s := newFixture(t, atlassiantest.Options{Users: 20}, true)
	ctx, stop := context.WithCancel(context.Background())
	slots, ended := make(chan time.Time), make(chan struct{})
	go func() {
		defer close(ended)
		s.serveSchedule(ctx, func(_ context.Context, slot time.Time) { slots <- slot })
	}()
	if got := s.press("monday"); !strings.Contains(got, "being created") {
		t.Errorf("message %q", got)
	}
	if got := <-slots; got.IsZero() {
		t.Error("the slot has no time")
	}
	stop()
	<-ended
	alone := newFixture(t, atlassiantest.Options{Users: 20}, false)
	if got := alone.press("monday"); !strings.Contains(got, "runs without a bot") {
		t.Errorf("message %q without a bot", got)
	}
}

func TestPanelRefusesOtherOrigins(t *testing.T) {
	s := newFixture(t, atlassiantest.Options{Users: 20}, false)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.page+"/panel/fault", strings.NewReader("name=outage"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusForbidden || len(s.organisation.Faults()) > 0 {
		t.Errorf("status %d, faults %v", response.StatusCode, s.organisation.Faults())
	}
}
