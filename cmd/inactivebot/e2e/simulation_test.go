package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// simulation is both simulators in a separate process. Tests use only the
// addresses that it wrote and the two control APIs.
type simulation struct {
	t         *testing.T
	addresses addresses
	dir       string // the working directory of the bot, with its database.
	server    *process
}

// addresses is the file that demo writes for other programs.
type addresses struct {
	SlackAPI     string `json:"slack_api_url"`
	SlackControl string `json:"slack_control_url"`
	BotToken     string `json:"slack_bot_token"`
	AppToken     string `json:"slack_app_token"`
	Channel      string `json:"channel"`
	Group        string `json:"group"`
	Users        struct {
		Approver  string `json:"approver"`
		Approver2 string `json:"approver2"`
		Member    string `json:"member"`
		Guest     string `json:"guest"`
		Outsider  string `json:"outsider"`
	} `json:"users"`
	AtlassianURL     string `json:"atlassian_url"`
	AtlassianControl string `json:"atlassian_control_url"`
	OrgID            string `json:"atlassian_org_id"`
	DirectoryID      string `json:"atlassian_directory_id"`
	APIKey           string `json:"atlassian_api_key"`
}

// newSimulation starts the simulators without a bot. At the end of the test it
// fails if the bot violated Slack's rules or a press was acknowledged late.
func newSimulation(t *testing.T, args ...string) *simulation {
	t.Helper()
	s := startSimulation(t, append([]string{"--no-bot"}, args...)...)
	t.Cleanup(s.checkSlack)
	return s
}

func startSimulation(t *testing.T, args ...string) *simulation {
	t.Helper()
	s := &simulation{t: t, dir: t.TempDir()}
	file := filepath.Join(t.TempDir(), "addresses.json")
	args = append([]string{"--listen", "127.0.0.1:0", "--addresses", file}, args...)
	s.server = launch(t, s.dir, []string{"TMPDIR=" + t.TempDir()}, "demo", args...)
	s.until("the addresses", func() bool {
		body, err := os.ReadFile(file)
		return err == nil && json.Unmarshal(body, &s.addresses) == nil
	})
	return s
}

// checkSlack fails for everything that a real workspace would have rejected.
func (s *simulation) checkSlack() {
	for _, v := range get[[]json.RawMessage](s, s.addresses.SlackControl+"/violations") {
		s.t.Errorf("slack would have refused %s", v)
	}
	for _, a := range s.acks() {
		switch {
		case a.Deliveries > 0 && (a.Late || a.AckedAt == nil):
			s.t.Errorf("a press was not acknowledged in time: %+v", a)
		case a.Deliveries > 0 && a.AckMS >= 1000:
			s.t.Logf("a press was not acknowledged within a second: %+v", a)
		}
	}
}

// until polls until holds returns true.
func (s *simulation) until(what string, holds func() bool) {
	s.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	over := time.After(waitTimeout)
	for !holds() {
		select {
		case <-tick.C:
		case <-over:
			s.t.Fatalf("waited %s for %s", waitTimeout, what)
		}
	}
}

// holdsFor fails if holds returns false within a duration.
func (s *simulation) holdsFor(what string, d time.Duration, holds func() bool) {
	s.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	over := time.After(d)
	for {
		if !holds() {
			s.t.Fatalf("no longer true: %s", what)
		}
		select {
		case <-tick.C:
		case <-over:
			return
		}
	}
}

// settings returns the settings that a bot needs here, followed by more, which
// override them. All others keep their defaults.
func (s *simulation) settings(more ...string) []string {
	w := s.addresses
	return slices.Concat([]string{
		"SLACK_BOT_TOKEN=" + w.BotToken, "SLACK_APP_TOKEN=" + w.AppToken, "SLACK_API_URL=" + w.SlackAPI,
		"ATLASSIAN_ORG_ID=" + w.OrgID, "ATLASSIAN_API_KEY=" + w.APIKey, "ATLASSIAN_API_URL=" + w.AtlassianURL,
		"INACTIVEBOT_CHANNEL=" + w.Channel, "INACTIVEBOT_APPROVERS=" + w.Users.Approver,
	}, more)
}

// serve starts the bot and waits until it is connected.
func (s *simulation) serve(more ...string) *process {
	s.t.Helper()
	s.waitConnections(0)
	p := launch(s.t, s.dir, s.settings(more...), "inactivebot", "serve")
	s.waitConnections(1)
	return p
}

// waitConnections waits until the bot has n connections to Slack.
func (s *simulation) waitConnections(n int) {
	s.t.Helper()
	s.until("the number of connections", func() bool {
		return len(get[[]json.RawMessage](s, s.addresses.SlackControl+"/connections")) == n
	})
}

// get reads from a control API.
func get[T any](s *simulation, url string) T {
	s.t.Helper()
	return ask[T](s, http.MethodGet, url, nil)
}

// post sends a request to a control API.
func post[T any](s *simulation, url string, body any) T {
	s.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	return ask[T](s, http.MethodPost, url, text)
}

func ask[T any](s *simulation, method, url string, body []byte) (v T) {
	s.t.Helper()
	req, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := (&http.Client{Timeout: waitTimeout}).Do(req)
	if err != nil {
		s.t.Fatal(err) // also if the bot does not make the call to be held.
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil {
		err = json.Unmarshal(answer, &v)
	}
	if err != nil || resp.StatusCode != http.StatusOK {
		s.t.Fatalf("%s %s: %d %s %v", method, req.URL.Path, resp.StatusCode, answer, err)
	}
	return v
}
