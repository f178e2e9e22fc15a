package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/doctor"
	"inactivebot/bot/slacktest"
	"inactivebot/cmd/inactivebot/config"
)

var update = flag.Bool("update", false, "write the golden files")

// installation is a bot's settings with simulators of Slack and Atlassian. Nothing
// is wrong with it until a test changes it.
type installation struct {
	t     *testing.T
	slack *slacktest.Server
	org   *atlassiantest.Server
	env   map[string]string
	dir   string
}

// newInstallation starts both simulators on loopback. There is no database yet.
func newInstallation(t *testing.T, options slacktest.Options) *installation {
	t.Helper()
	p := &installation{t: t, slack: slacktest.New(options), org: atlassiantest.New(atlassiantest.Options{Users: 60}), dir: t.TempDir()}
	workspace, organisation := httptest.NewServer(p.slack), httptest.NewServer(p.org)
	t.Cleanup(func() {
		p.slack.Close()
		workspace.Close()
		organisation.Close()
	})
	p.env = map[string]string{
		"SLACK_BOT_TOKEN": p.slack.BotToken, "SLACK_APP_TOKEN": p.slack.AppToken, "SLACK_API_URL": workspace.URL + "/api/",
		"ATLASSIAN_ORG_ID": p.org.OrgID, "ATLASSIAN_API_KEY": p.org.APIKey, "ATLASSIAN_API_URL": organisation.URL, "ATLASSIAN_API_KEY_EXPIRES": "2999-12-31",
		"INACTIVEBOT_CHANNEL": p.slack.Channel, "INACTIVEBOT_APPROVERS": p.slack.Users.Approver + "," + p.slack.Users.Approver2,
		"INACTIVEBOT_DATABASE": filepath.Join(p.dir, "bot.db"),
	}
	return p
}

func (p *installation) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// doctor runs the command. It returns what was printed and whether no check failed.
func (p *installation) doctor(output string) (printed string, ok bool) {
	p.t.Helper()
	var out bytes.Buffer
	sources := config.Sources{ReadFile: os.ReadFile, Env: func(name string) (string, bool) { v, ok := p.env[name]; return v, ok }}
	err := doctorCommand{Output: output}.Run(&program{ctx: context.Background(), sources: sources, stdout: &out, stderr: &out})
	if err != nil && !errors.Is(err, errUnsound) {
		p.t.Fatal(err)
	}
	return out.String(), err == nil
}

// channel changes the admin channel.
func (p *installation) channel(change func(*slacktest.Channel)) {
	for _, c := range p.slack.Channels() {
		if c.ID == p.slack.Channel {
			change(&c)
			p.slack.SetChannel(c)
		}
	}
}

// approver changes the first approver.
func (p *installation) approver(change func(*slacktest.User)) {
	for _, u := range p.slack.AllUsers() {
		if u.ID == p.slack.Users.Approver {
			change(&u)
			p.slack.SetUser(u)
		}
	}
}

// connect opens a connection as another bot with the same app would.
func (p *installation) connect() {
	p.t.Helper()
	_, url, err := slack.New("", slack.OptionAppLevelToken(p.slack.AppToken), slack.OptionAPIURL(p.env["SLACK_API_URL"])).StartSocketModeContext(p.t.Context())
	p.must(err)
	conn, resp, err := websocket.DefaultDialer.DialContext(p.t.Context(), url, nil)
	p.must(err)
	p.must(resp.Body.Close())
	p.t.Cleanup(func() { conn.Close() })
}

func (p *installation) set(name, value string) { p.env[name] = value }

// TestDoctorFindsMistakes: with one mistake at a time, a line reports it and says
// what to do. Every line that reports a problem says what to do.
func TestDoctorFindsMistakes(t *testing.T) {
	t.Parallel()
	for name, m := range mistakes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newInstallation(t, m.slack)
			if m.plant != nil {
				m.plant(p)
			}
			printed, ok := p.doctor("text")
			found := ""
			for line := range strings.Lines(printed) {
				if strings.HasPrefix(line, m.line) {
					found = line
				}
			}
			if !strings.Contains(found, m.fix) || found == "" {
				t.Errorf("no line begins with %q and names %q:\n%s", m.line, m.fix, printed)
			}
			for line := range strings.Lines(printed) {
				if _, fix, ok := strings.Cut(line, " To do: "); !strings.HasPrefix(line, "✓") && (!ok || len(fix) < len("fix it.")) {
					t.Errorf("a line does not say what to do: %s", line)
				}
			}
			if want := strings.HasPrefix(m.line, "!"); ok != want {
				t.Errorf("no check failed: %v, want %v:\n%s", ok, want, printed)
			}
			if strings.Contains(printed, "planted") {
				t.Errorf("a secret is repeated:\n%s", printed)
			}
		})
	}
}

var (
	aSize   = regexp.MustCompile(`[0-9.]+ (bytes|[kMGT]B)`)
	aMoment = regexp.MustCompile(`(Mon) \d+ \w+ \d+ 09:00`)
)

func TestDoctorWhenAllIsWell(t *testing.T) {
	t.Parallel()
	p := newInstallation(t, slacktest.Options{})
	printed, ok := p.doctor("text")
	got := aMoment.ReplaceAllString(aSize.ReplaceAllString(strings.ReplaceAll(printed, p.dir, "DIR"), "SIZE"), "$1 DAY 09:00")
	golden := filepath.Join("testdata", "doctor.txt")
	if *update {
		p.must(os.MkdirAll("testdata", 0o750))
		p.must(os.WriteFile(golden, []byte(got), 0o600))
	}
	want, err := os.ReadFile(golden)
	p.must(err)
	if diff := cmp.Diff(string(want), got); diff != "" || !ok {
		t.Errorf("no check failed: %v: %s", ok, diff)
	}
	if entries, err := os.ReadDir(p.dir); err != nil || len(entries) > 0 {
		t.Errorf("it left %v (%v)", entries, err)
	}
	p.changedNothing()
	if got := p.slack.Violations(); len(got) > 0 {
		t.Errorf("Slack would have rejected %v", got)
	}
}

// changedNothing fails if doctor sent a message or a change to Slack or Atlassian,
// opened more than one connection, or left one open.
func (p *installation) changedNothing() {
	p.t.Helper()
	opened := 0
	for _, c := range p.slack.Calls() {
		switch c.Method {
		case "apps.connections.open":
			opened++
		case "auth.test", "conversations.info", "conversations.open", "users.info", "usergroups.users.list":
		default:
			p.t.Errorf("it calls %s", c.Method)
		}
	}
	if opened != 1 {
		p.t.Errorf("%d connections were opened, want one", opened)
	}
	for len(p.slack.Connections()) > 0 { // the simulator sees the close a moment later.
		runtime.Gosched()
	}
	for route := range p.org.Requests().ByRoute {
		if strings.Contains(route, "suspend") || strings.Contains(route, "restore") {
			p.t.Errorf("it calls %s", route)
		}
	}
}

// TestDoctorLeavesTheDatabaseAlone: an existing database is not changed.
func TestDoctorLeavesTheDatabaseAlone(t *testing.T) {
	t.Parallel()
	p := newInstallation(t, slacktest.Options{})
	path := p.env["INACTIVEBOT_DATABASE"]
	makeDatabase(t, path)
	before, err := os.ReadFile(path)
	p.must(err)
	printed, ok := p.doctor("text")
	after, err := os.ReadFile(path)
	p.must(err)
	if !bytes.Equal(before, after) || !ok {
		t.Errorf("the file changed: %v; printed: %s", !bytes.Equal(before, after), printed)
	}
	if entries, err := os.ReadDir(p.dir); err != nil || len(entries) != 1 {
		t.Errorf("it left %v (%v)", entries, err)
	}
}

func TestDoctorForPrograms(t *testing.T) {
	t.Parallel()
	p := newInstallation(t, slacktest.Options{})
	p.set("INACTIVEBOT_CHANNEL", "C0ANOTHER01")
	printed, _ := p.doctor("json")
	var got struct {
		OK     bool           `json:"ok"`
		Checks []doctor.Check `json:"checks"`
	}
	p.must(json.Unmarshal([]byte(printed), &got))
	for _, c := range got.Checks {
		if (c.Verdict == doctor.VerdictFailed) != (c.Name == "channel") || c.Said == "" {
			t.Errorf("%+v", c)
		}
	}
	if got.OK || len(got.Checks) < 10 {
		t.Errorf("ok %v with %d checks, want a failure and all of them", got.OK, len(got.Checks))
	}
}
