package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestValues(t *testing.T) {
	for _, test := range []struct {
		name  string
		right []string
		wrong []string
	}{
		{"SLACK_BOT_TOKEN", []string{"xoxb-1-a"}, []string{"xoxb-", "xoxp-1", "xapp-1", "xoxb-1 a", "xoxb-ü"}},
		{"SLACK_APP_TOKEN", []string{"xapp-1-a"}, []string{"xapp-", "xoxb-1"}},
		{"SLACK_API_URL", []string{"https://slack-gov.com/api/", "http://127.0.0.1:4321/api"}, []string{"slack.com/api", "ftp://slack.com", "https://", "https://u:p@slack.com/api/", "https://slack.com/api?x=1", "https://slack.com/#api"}},
		{"ATLASSIAN_ORG_ID", []string{"0a1b2c3d-4e5f", "org_1"}, []string{"..", "-", "a/b", "a?b", "a b", "ä"}},
		{"ATLASSIAN_API_KEY", []string{"ATCTT3x=="}, []string{"two words", "new\nline"}},
		{"ATLASSIAN_DIRECTORY_ID", []string{"9f8e-7d"}, []string{"-", "a%2Fb"}},
		{"ATLASSIAN_API_KEY_EXPIRES", []string{"2027-02-28"}, []string{"2027-02-29", "28.02.2027", "2027-2-8", "2027-02-28T00:00:00Z"}},
		{"INACTIVEBOT_CHANNEL", []string{"C0ADMINS", "G0ADMINS"}, []string{"#admins", "admins", "U0ADA", "C", "C0,C1", "c0admins"}},
		{"INACTIVEBOT_APPROVERS", []string{"U0ADA", "W0ADA", "U0ADA, W0GRACE ,"}, []string{",", "@ada", "U0ADA W0GRACE", "S0ADMINS", "ada@example.com"}},
		{"INACTIVEBOT_APPROVER_GROUP", []string{"S0ADMINS"}, []string{"@admins", "U0ADA", "S0A,S0B"}},
		{"INACTIVEBOT_SCHEDULE", []string{"0 9 * * MON", "CRON_TZ=Asia/Tokyo 30 8 1 * *", "TZ=UTC 0 9 * * *", "@weekly"}, []string{"monday", "0 0 9 * * MON", "61 9 * * *", "CRON_TZ=UTC", "TZ=", "CRON_TZ=Mars/Olympus 0 9 * * *", "0 9 30 2 *"}},
		{"INACTIVEBOT_INACTIVE_DAYS", []string{"3", "3650"}, []string{"2", "0", "-180", "3651", "180d", "1e2", "99999999999999999999"}},
		{"INACTIVEBOT_PRODUCT", []string{"confluence", "jira-software", "Confluence"}, []string{"a,b", "a b", "-"}},
		{"INACTIVEBOT_SITES", []string{"s1, s2", "ari:cloud:confluence::site/s1"}, []string{"s1 s2", ","}},
		{"INACTIVEBOT_EXCLUDE", []string{"712020:0e3f-11", "5b10a2844c20165700ede21g", "ada@example.com", "*@svc.example.com, group:site admins,domain:example.com"}, []string{"Ada Lovelace", "ada", "group:", "domain:", "domain:*", "712020:0e3f-11, Ada Lovelace", "@example.com", "*", ","}},
		{"INACTIVEBOT_PROTECT", []string{"712020:0e3f-11, ada@example.com"}, []string{"*@example.com", "group:admins", "domain:example.com", "Ada"}},
		{"INACTIVEBOT_OTHER_APPS", []string{"protect", "ignore"}, []string{"Ignore", "no"}},
		{"INACTIVEBOT_IDP_MANAGED", []string{"list", "suspend"}, []string{"true"}},
		{"INACTIVEBOT_MAX_SUSPEND", []string{"1"}, []string{"0", "-1", "all"}},
		{"INACTIVEBOT_MAX_SUSPEND_PERCENT", []string{"1", "100"}, []string{"0", "101", "25%"}},
		{"INACTIVEBOT_REPORT_TTL", []string{"1m", "72h30m"}, []string{"59s", "7d", "168", "-1h"}},
		{"INACTIVEBOT_REPORT_ONLY", []string{"true", "false", "1"}, []string{"yes", "on"}},
		{"INACTIVEBOT_LAYOUT", []string{"classic", "table"}, []string{"cards"}},
		{"INACTIVEBOT_ALLOW_PUBLIC_CHANNEL", []string{"true"}, []string{"please"}},
		{"INACTIVEBOT_RETENTION", []string{"720h"}, []string{"719h59m", "forever"}},
		{"INACTIVEBOT_BACKUP_KEEP", []string{"1"}, []string{"0"}},
		{"INACTIVEBOT_SETTLE", []string{"1s", "5m"}, []string{"0", "999ms"}},
		{"INACTIVEBOT_LISTEN", []string{":9090", "0.0.0.0:9090", "[::1]:0"}, []string{"9090", "localhost", "localhost:http", ":65536"}},
		{"INACTIVEBOT_LOG_LEVEL", []string{"debug", "info", "warn", "error"}, []string{"trace", "fatal", "loud", "disabled"}},
		{"INACTIVEBOT_LOG_FORMAT", []string{"json", "console"}, []string{"text"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, value := range test.right {
				mustLoad(t, NeedEverything, with(test.name, value))
			}
			for _, value := range test.wrong {
				mistakes := mistakesOf(t, NeedEverything, with(test.name, value))
				if diff := cmp.Diff([]string{test.name}, names(mistakes)); diff != "" {
					t.Errorf("mistakes for %q (-want +got):\n%s", value, diff)
				}
			}
		})
	}
}

func TestValuesAsTheyAreRead(t *testing.T) {
	for _, test := range []struct {
		name, variable, value string
		read                  func(Config) any
		want                  any
	}{
		{"a list", "INACTIVEBOT_APPROVERS", " U0ADA , ,W0GRACE,", func(c Config) any { return c.Approvers }, []string{"U0ADA", "W0GRACE"}},
		{"rules", "INACTIVEBOT_EXCLUDE", "group:a b, *@x.example", func(c Config) any { return []string{c.Exclude[0].String(), c.Exclude[1].String()} }, []string{"group:a b", "*@x.example"}},
		{"Slack's address gets a slash", "SLACK_API_URL", "http://127.0.0.1:1/api", func(c Config) any { return c.SlackAPIURL }, "http://127.0.0.1:1/api/"},
		{"Atlassian's address loses it", "ATLASSIAN_API_URL", "http://127.0.0.1:1/", func(c Config) any { return c.AtlassianURL }, "http://127.0.0.1:1"},
		{"a port alone is loopback", "INACTIVEBOT_LISTEN", ":9090", func(c Config) any { return c.Listen }, "127.0.0.1:9090"},
		{"a product in capitals", "INACTIVEBOT_PRODUCT", "Confluence", func(c Config) any { return c.Product }, "confluence"},
		{"Jira by its other key", "INACTIVEBOT_PRODUCT", "jira", func(c Config) any { return c.Product }, "jira-software"},
		{"a site as its ARI", "INACTIVEBOT_SITES", "ari:cloud:confluence::site/3f1c, s2, 3f1c", func(c Config) any { return c.Sites }, []string{"3f1c", "s2"}},
		{"a date", "ATLASSIAN_API_KEY_EXPIRES", "2027-02-28", func(c Config) any { return c.APIKeyExpires.Format("2006-01-02T15:04:05Z07:00") }, "2027-02-28T00:00:00Z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.read(mustLoad(t, NeedEverything, with(test.variable, test.value)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.variable, diff)
			}
		})
	}
}

func TestLimitsReadWell(t *testing.T) {
	for variable, want := range map[string]string{
		"INACTIVEBOT_RETENTION":  "at least 720h.",
		"INACTIVEBOT_REPORT_TTL": "at least 1m.",
		"INACTIVEBOT_SETTLE":     "at least 1s.",
		"INACTIVEBOT_APPROVERS":  "its entry 1 is not a Slack user id, which begins with U or W.",
		"INACTIVEBOT_SCHEDULE":   "must be a cron expression of five fields, such as CRON_TZ=Europe/Berlin 0 9 * * MON.",
	} {
		if got := mistakesOf(t, NeedNothing, with(variable, "x")).Error(); !strings.Contains(got, want) {
			t.Errorf("Error() = %s, want it to say %q", got, want)
		}
	}
}

// FuzzSchedule looks for an expression on which the cron parser panics.
func FuzzSchedule(f *testing.F) {
	for _, seed := range []string{"CRON_TZ=UTC 0 9 * * MON", "TZ=", "@every 1h", "*/0 * * * *", "0-9/ * * * *"} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, value string) {
		var into string
		_ = schedule(&into)(value)
	})
}
