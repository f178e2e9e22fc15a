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
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

var update = flag.Bool("update", false, "write the golden files anew")

// patient is an installation in which all is well, before a mistake is planted.
type patient struct {
	t     *testing.T
	slack *slacktest.Server
	org   *atlassiantest.Server
	env   map[string]string
	dir   string
}

// newPatient has both simulators on loopback and no database yet.
func newPatient(t *testing.T, of slacktest.Options) *patient {
	t.Helper()
	p := &patient{t: t, slack: slacktest.New(of), org: atlassiantest.New(atlassiantest.Options{Users: 60}), dir: t.TempDir()}
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

func (p *patient) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// examined is what doctor prints, and whether it found the patient well.
func (p *patient) examined(output string) (printed string, well bool) {
	p.t.Helper()
	var out bytes.Buffer
	sources := Sources{ReadFile: os.ReadFile, Env: func(name string) (string, bool) { v, ok := p.env[name]; return v, ok }}
	err := doctorCommand{Output: output}.Run(&program{ctx: context.Background(), sources: sources, stdout: &out, stderr: &out})
	if err != nil && !errors.Is(err, errUnsound) {
		p.t.Fatal(err)
	}
	return out.String(), err == nil
}

// channel changes the admin channel.
func (p *patient) channel(change func(*slacktest.Channel)) {
	for _, c := range p.slack.Channels() {
		if c.ID == p.slack.Channel {
			change(&c)
			p.slack.SetChannel(c)
		}
	}
}

// approver changes the first approver.
func (p *patient) approver(change func(*slacktest.User)) {
	for _, u := range p.slack.People() {
		if u.ID == p.slack.Users.Approver {
			change(&u)
			p.slack.SetUser(u)
		}
	}
}

func (p *patient) set(name, value string) { p.env[name] = value }

// mistake is something planted, and the one line that must name it.
type mistake struct {
	of    slacktest.Options
	plant func(*patient)
	line  string // how the line begins.
	fix   string // a part of it that says what to do.
}

var mistakes = map[string]mistake{
	"a schedule that is none": {plant: func(p *patient) { p.set("INACTIVEBOT_SCHEDULE", "monday") }, line: "✗ settings: INACTIVEBOT_SCHEDULE", fix: "robfig/cron"},
	"no channel":              {plant: func(p *patient) { delete(p.env, "INACTIVEBOT_CHANNEL") }, line: "✗ settings: INACTIVEBOT_CHANNEL is not set", fix: "Channel ID"},
	"a channel's name":        {plant: func(p *patient) { p.set("INACTIVEBOT_CHANNEL", "#admins") }, line: "✗ settings: INACTIVEBOT_CHANNEL", fix: "Channel ID"},
	"the tokens exchanged":    {plant: func(p *patient) { p.set("SLACK_BOT_TOKEN", p.slack.AppToken) }, line: "✗ settings: SLACK_BOT_TOKEN", fix: "Bot User OAuth Token"},
	"another bot token":       {plant: func(p *patient) { p.set("SLACK_BOT_TOKEN", "xoxb-planted") }, line: "✗ bot token: ", fix: "SLACK_BOT_TOKEN"},
	"another app token":       {plant: func(p *patient) { p.set("SLACK_APP_TOKEN", "xapp-planted") }, line: "✗ Socket Mode: ", fix: "connections:write"},
	"Socket Mode off": {plant: func(p *patient) {
		p.must(p.slack.Fault(slacktest.Fault{Method: "apps.connections.open", Count: 9, Error: "link_disabled"}))
	}, line: "✗ Socket Mode: ", fix: "Socket Mode is on"},
	"a scope less": {of: slacktest.Options{BotScopes: without("files:write")}, line: "✗ scopes: The bot lacks files:write.", fix: "App Manifest"},
	"no scope to look at the channel": {
		of: slacktest.Options{BotScopes: without("groups:read")}, line: "✗ channel: Slack refuses", fix: "install the app again",
	},
	"Slack is down": {plant: func(p *patient) {
		p.must(p.slack.Fault(slacktest.Fault{Method: "auth.test", Count: 9, Status: 503}))
	}, line: "! bot token: Slack gives no answer", fix: "status.slack.com"},
	"another channel": {plant: func(p *patient) { p.set("INACTIVEBOT_CHANNEL", "C0ANOTHER01") }, line: "✗ channel: Slack shows the bot no channel", fix: "/invite"},
	"the bot was left out": {plant: func(p *patient) {
		p.channel(func(c *slacktest.Channel) { c.Members, c.IsPrivate = nil, false })
		p.set("INACTIVEBOT_ALLOW_PUBLIC_CHANNEL", "true")
	}, line: "✗ channel: The bot is not in", fix: "/invite"},
	"a public channel": {plant: func(p *patient) { p.channel(func(c *slacktest.Channel) { c.IsPrivate = false }) }, line: "✗ channel: The channel (INACTIVEBOT_CHANNEL) is public", fix: "make it private"},
	"public, as allowed": {plant: func(p *patient) {
		p.channel(func(c *slacktest.Channel) { c.IsPrivate = false })
		p.set("INACTIVEBOT_ALLOW_PUBLIC_CHANNEL", "true")
	}, line: "! channel: ", fix: "make it private"},
	"a shared channel": {plant: func(p *patient) {
		p.channel(func(c *slacktest.Channel) { c.IsShared = true })
		p.set("INACTIVEBOT_ALLOW_PUBLIC_CHANNEL", "true")
	}, line: "✗ channel: The channel (INACTIVEBOT_CHANNEL) is shared", fix: "private channel of your own"},
	"an archived channel":   {plant: func(p *patient) { p.channel(func(c *slacktest.Channel) { c.Archived = true }) }, line: "✗ channel: The channel (INACTIVEBOT_CHANNEL) is archived", fix: "archive"},
	"an unknown approver":   {plant: func(p *patient) { p.set("INACTIVEBOT_APPROVERS", "U0NOBODY001,"+p.slack.Users.Approver) }, line: "! approvers: 1 can approve; but U0NOBODY001 is unknown", fix: "Copy member ID"},
	"only an unknown one":   {plant: func(p *patient) { p.set("INACTIVEBOT_APPROVERS", "U0NOBODY001") }, line: "✗ approvers: Nobody could approve", fix: "Copy member ID"},
	"a guest":               {plant: func(p *patient) { p.approver(func(u *slacktest.User) { u.IsGuest = true }) }, line: "! approvers: 1 can approve; but U0APPROVER1 is a guest", fix: "guests"},
	"somebody who left":     {plant: func(p *patient) { p.approver(func(u *slacktest.User) { u.Deleted = true }) }, line: "! approvers: 1 can approve; but U0APPROVER1 is deactivated", fix: "INACTIVEBOT_APPROVERS"},
	"a bot that approves":   {plant: func(p *patient) { p.approver(func(u *slacktest.User) { u.IsBot = true }) }, line: "! approvers: 1 can approve; but U0APPROVER1 is a bot", fix: "bots"},
	"somebody from outside": {plant: func(p *patient) { p.set("INACTIVEBOT_APPROVERS", p.slack.Users.Outsider) }, line: "✗ approvers: Nobody could approve: U0OUTSIDER1 is not of this workspace", fix: "from outside"},
	"an unknown group":      {plant: func(p *patient) { p.set("INACTIVEBOT_APPROVER_GROUP", "S0NOWHERE01") }, line: "✗ approver group: Slack knows no user group", fix: "Copy group ID"},
	"a group without people": {plant: func(p *patient) {
		p.set("INACTIVEBOT_APPROVER_GROUP", p.slack.Group)
		p.slack.SetGroup(slacktest.Group{ID: p.slack.Group})
	}, line: "! approver group: ", fix: "add people"},
	"another key":          {plant: func(p *patient) { p.set("ATLASSIAN_API_KEY", "planted") }, line: "✗ API key: Atlassian refuses", fix: "make a new one without scopes"},
	"another organisation": {plant: func(p *patient) { p.set("ATLASSIAN_ORG_ID", "another") }, line: "✗ API key: Atlassian knows no such organisation", fix: "copy it from"},
	"a key without the right": {plant: func(p *patient) {
		p.must(p.org.Fault(atlassiantest.Fault{Route: "*", Count: 99, Status: 403}))
	}, line: "✗ API key: The API key", fix: "organisation admin"},
	"a key that has ended":    {plant: func(p *patient) { p.set("ATLASSIAN_API_KEY_EXPIRES", "2020-01-01") }, line: "✗ API key's end: ", fix: "make a new key"},
	"nobody knows its end":    {plant: func(p *patient) { delete(p.env, "ATLASSIAN_API_KEY_EXPIRES") }, line: "! API key's end: ", fix: "ATLASSIAN_API_KEY_EXPIRES"},
	"an unknown directory":    {plant: func(p *patient) { p.set("ATLASSIAN_DIRECTORY_ID", "another") }, line: "✗ directory: ", fix: "set ATLASSIAN_DIRECTORY_ID"},
	"several directories":     {plant: severalDirectories, line: "✗ directory: The organisation has several", fix: "set ATLASSIAN_DIRECTORY_ID"},
	"activity is not told":    {plant: func(p *patient) { p.must(p.org.Org(atlassiantest.OrgSettings{Expand: "omit"})) }, line: "! activity: ", fix: "nothing must be done"},
	"the search refuses":      {plant: func(p *patient) { p.must(p.org.Org(atlassiantest.OrgSettings{Expand: "refused"})) }, line: "! activity: The search refuses", fix: "nothing must be done"},
	"a clock that is off":     {plant: func(p *patient) { p.must(p.org.Org(atlassiantest.OrgSettings{ClockSkewS: new(900)})) }, line: "✗ clock: ", fix: "NTP"},
	"no place for a database": {plant: func(p *patient) { p.set("INACTIVEBOT_DATABASE", filepath.Join(p.dir, "nowhere", "bot.db")) }, line: "✗ database: ", fix: "no such file or directory"},
	"a file that is none": {plant: func(p *patient) {
		p.must(os.WriteFile(p.env["INACTIVEBOT_DATABASE"], bytes.Repeat([]byte("x"), 9999), 0o600))
	}, line: "✗ database: Database damaged", fix: "backup copy"},
	"a copy put back": {plant: aCopy, line: "! database: ", fix: "start the bot if that is what you want"},
}

func without(scope string) (scopes []string) {
	for _, s := range slacktest.DefaultBotScopes() {
		if s != scope {
			scopes = append(scopes, s)
		}
	}
	return scopes
}

func severalDirectories(p *patient) {
	p.must(p.org.Org(atlassiantest.OrgSettings{Directories: []atlassiantest.Directory{{ID: p.org.DirectoryID, Name: "One"}, {ID: "two", Name: "Two"}}}))
}

func aCopy(p *patient) {
	store, err := storage.Open(filepath.Join(p.dir, "original.db"))
	p.must(err)
	defer func() { p.must(store.Close()) }()
	p.must(store.SaveCopy(p.env["INACTIVEBOT_DATABASE"], false, time.Now().UTC()))
}

// TestDoctorFindsMistakes: one is planted at a time, and one line names it with
// what to do; nothing else is said to be wrong that is not a part of it.
func TestDoctorFindsMistakes(t *testing.T) {
	t.Parallel()
	for name, m := range mistakes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPatient(t, m.of)
			if m.plant != nil {
				m.plant(p)
			}
			printed, well := p.examined("text")
			found := ""
			for line := range strings.Lines(printed) {
				if strings.HasPrefix(line, m.line) {
					found = line
				}
			}
			if !strings.Contains(found, m.fix) || found == "" {
				t.Errorf("no line begins with %q and names %q:\n%s", m.line, m.fix, printed)
			}
			if want := strings.HasPrefix(m.line, "!"); well != want {
				t.Errorf("found well: %v, want %v:\n%s", well, want, printed)
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
	p := newPatient(t, slacktest.Options{})
	printed, well := p.examined("text")
	got := aMoment.ReplaceAllString(aSize.ReplaceAllString(strings.ReplaceAll(printed, p.dir, "DIR"), "SIZE"), "$1 DAY 09:00")
	golden := filepath.Join("testdata", "doctor.txt")
	if *update {
		p.must(os.MkdirAll("testdata", 0o750))
		p.must(os.WriteFile(golden, []byte(got), 0o600))
	}
	want, err := os.ReadFile(golden)
	p.must(err)
	if diff := cmp.Diff(string(want), got); diff != "" || !well {
		t.Errorf("well %v: %s", well, diff)
	}
	if entries, err := os.ReadDir(p.dir); err != nil || len(entries) > 0 {
		t.Errorf("it left %v behind (%v)", entries, err)
	}
	if got := p.slack.Violations(); len(got) > 0 {
		t.Errorf("slack would have refused %v", got)
	}
}

func TestDoctorForPrograms(t *testing.T) {
	t.Parallel()
	p := newPatient(t, slacktest.Options{})
	p.set("INACTIVEBOT_CHANNEL", "C0ANOTHER01")
	printed, _ := p.examined("json")
	var got struct {
		OK     bool        `json:"ok"`
		Checks []bot.Check `json:"checks"`
	}
	p.must(json.Unmarshal([]byte(printed), &got))
	for _, c := range got.Checks {
		if (c.Verdict == bot.VerdictFailed) != (c.Name == "channel") || c.Said == "" {
			t.Errorf("%+v", c)
		}
	}
	if got.OK || len(got.Checks) < 10 {
		t.Errorf("ok %v with %d checks, want a failure and all of them", got.OK, len(got.Checks))
	}
}
