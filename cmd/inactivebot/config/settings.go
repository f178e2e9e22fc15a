package config

import (
	"strings"
	"time"

	"github.com/rs/zerolog"
)

// setting is one row of the table of settings.
type setting struct {
	name       string // the environment variable.
	alias      string // a second name of the flag; usually empty.
	fallback   string // the default value, as text.
	secret     bool   // given as NAME or NAME_FILE, never as a flag.
	toggle     bool   // true or false; the flag needs no value.
	neededFrom Need   // the smallest need that requires it.
	meaning    string // one sentence for --help and the README.
	where      string // where an admin finds the value, or how to choose it.

	// read parses a non-empty value into the setting's field. It returns the
	// problem, without the value, or an empty string.
	read func(value string) (problem string)
}

// flag returns the name of the setting's flag, without dashes.
func (s setting) flag() string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(s.name, "INACTIVEBOT_")), "_", "-")
}

// Variables returns the names of all environment variables that [Load] reads.
func Variables() (names []string) {
	for _, s := range new(Config).settings() {
		names = append(names, s.name)
		if s.secret {
			names = append(names, s.name+"_FILE")
		}
	}
	return names
}

// settings returns the table of all settings. Their values are read into c. Flags,
// checks and the README are made from it.
func (c *Config) settings() []setting {
	var all []setting
	for _, group := range [][]setting{
		c.slackSettings(), c.atlassianSettings(), c.peopleSettings(), c.ruleSettings(),
		c.reportSettings(), c.storageSettings(), c.operationSettings(),
	} {
		all = append(all, group...)
	}
	return all
}

func (c *Config) slackSettings() []setting {
	return []setting{{
		name: "SLACK_BOT_TOKEN", secret: true, neededFrom: NeedEverything,
		meaning: "The bot's token.",
		where:   "api.slack.com/apps → your app → OAuth & Permissions → Bot User OAuth Token",
		read:    credential(&c.SlackBotToken, "xoxb-"),
	}, {
		name: "SLACK_APP_TOKEN", secret: true, neededFrom: NeedEverything,
		meaning: "The app-level token for Socket Mode, with the scope connections:write.",
		where:   "api.slack.com/apps → your app → Basic Information → App-Level Tokens",
		read:    credential(&c.SlackAppToken, "xapp-"),
	}, {
		name: "SLACK_API_URL", fallback: "https://slack.com/api/",
		meaning: "Base URL of Slack's Web API; change it for GovSlack, a proxy or a simulator.",
		where:   "keep the default, or use https://slack-gov.com/api/ on GovSlack",
		read:    address(&c.SlackAPIURL, "/"),
	}}
}

func (c *Config) atlassianSettings() []setting {
	return []setting{{
		name: "ATLASSIAN_ORG_ID", alias: "org-id", neededFrom: NeedAtlassian,
		meaning: "The organisation's id.",
		where:   "admin.atlassian.com → your organisation: the part of the page's address after /o/",
		read:    pathSegment(&c.OrgID),
	}, {
		name: "ATLASSIAN_API_KEY", secret: true, neededFrom: NeedAtlassian,
		meaning: "An organisation API key, created by an organisation admin.",
		where:   "admin.atlassian.com → Settings → API keys → Create API key, without scopes",
		read:    credential(&c.APIKey, ""),
	}, {
		name: "ATLASSIAN_API_URL", fallback: "https://api.atlassian.com",
		meaning: "Base URL of the Organizations API; change it for a proxy or a simulator.",
		where:   "keep the default",
		read:    address(&c.AtlassianURL, ""),
	}, {
		name:    "ATLASSIAN_DIRECTORY_ID",
		meaning: "The id of the directory; needed if the organisation has several.",
		where:   "leave it out at first; if there are several directories, the error lists their ids",
		read:    pathSegment(&c.DirectoryID),
	}, {
		name:    "ATLASSIAN_API_KEY_EXPIRES",
		meaning: "The day the API key expires; the bot warns from 30 days before.",
		where:   "admin.atlassian.com → Settings → API keys, next to the key",
		read:    date(&c.APIKeyExpires),
	}}
}

func (c *Config) peopleSettings() []setting {
	return []setting{{
		name: "INACTIVEBOT_CHANNEL", neededFrom: NeedEverything,
		meaning: "The admin channel's id; reports are posted there and buttons work only there.",
		where:   "Slack → the channel's name → About → Channel ID, at the bottom",
		read:    slackID(&c.Channel, "a Slack channel id, which begins with C or G", "CG"),
	}, {
		name:    "INACTIVEBOT_APPROVERS",
		meaning: "Slack user ids of the approvers; this or the group must be set.",
		where:   "Slack → a person's profile → ⋮ → Copy member ID",
		read:    slackIDs(&c.Approvers, "a Slack user id, which begins with U or W", "UW"),
	}, {
		name:    "INACTIVEBOT_APPROVER_GROUP",
		meaning: "The id of a Slack user group whose members are approvers.",
		where:   "Slack → Directories → User groups → the group → ⋮ → Copy group ID",
		read:    slackID(&c.ApproverGroup, "a Slack user group id, which begins with S", "S"),
	}, {
		name: "INACTIVEBOT_SCHEDULE", fallback: "CRON_TZ=UTC 0 9 * * MON",
		meaning: "When the report is made: a cron expression that starts with the time zone.",
		where:   "your choice; pkg.go.dev/github.com/robfig/cron/v3 explains the format",
		read:    schedule(&c.Schedule),
	}}
}

func (c *Config) ruleSettings() []setting {
	return []setting{{
		name: "INACTIVEBOT_INACTIVE_DAYS", fallback: "180",
		meaning: "Days without use after which a person is inactive.",
		where:   "your choice; activity reaches the API up to a day late, so at least 3",
		read:    number(&c.InactiveDays, 3, 3650),
	}, {
		name: "INACTIVEBOT_PRODUCT", fallback: "confluence",
		meaning: "The product whose use counts, by its key.",
		where:   "keep the default, or use another product's key, such as jira-software",
		read:    productKey(&c.Product),
	}, {
		name:    "INACTIVEBOT_SITES",
		meaning: "The product's instance ids in scope; without it all are.",
		where:   "the id in a person's productAccess in the Organizations API",
		read:    siteIDs(&c.Sites),
	}, {
		name:    "INACTIVEBOT_EXCLUDE",
		meaning: "Rules that exclude people: account ids, emails, globs (*@svc.example.com), group:NAME, domain:example.com.",
		where:   "admin.atlassian.com → Directory → Users and Groups",
		read:    rules(&c.Exclude),
	}, {
		name:    "INACTIVEBOT_PROTECT",
		meaning: "Account ids or emails that are never listed; include the API key's owner.",
		where:   "admin.atlassian.com → Directory → Users",
		read:    accounts(&c.Protect),
	}, {
		name: "INACTIVEBOT_OTHER_APPS", fallback: "protect",
		meaning: "protect does not list people who use another app; ignore does not count other apps.",
		where:   "your choice; suspending removes access to every app, so the default is the safe choice",
		read:    choice(&c.OtherApps, "protect", "ignore"),
	}, {
		name: "INACTIVEBOT_IDP_MANAGED", fallback: "list",
		meaning: "list shows people synced from an identity provider but never suspends them; suspend allows it.",
		where:   "your choice; the identity provider may undo a suspension",
		read:    choice(&c.IDPManaged, "list", "suspend"),
	}}
}

func (c *Config) reportSettings() []setting {
	return []setting{{
		name: "INACTIVEBOT_MAX_SUSPEND", fallback: "50",
		meaning: "How many people one approver may suspend alone within 24 hours.",
		where:   "your choice; more people need a second approver",
		read:    number(&c.MaxSuspend, 1, 1_000_000),
	}, {
		name: "INACTIVEBOT_MAX_SUSPEND_PERCENT", fallback: "25",
		meaning: "The same cap as a percentage of the people who can log in, or 10 people if that is more; the smaller cap counts.",
		where:   "your choice",
		read:    number(&c.MaxSuspendPercent, 1, 100),
	}, {
		name: "INACTIVEBOT_REPORT_TTL", fallback: "168h",
		meaning: "How long a report's buttons work.",
		where:   "your choice; 168h is a week",
		read:    duration(&c.ReportTTL, time.Minute),
	}, {
		name: "INACTIVEBOT_REPORT_ONLY", fallback: "false", toggle: true,
		meaning: "Reports without Suspend buttons, for the first weeks.",
		where:   "your choice",
		read:    boolean(&c.ReportOnly),
	}, {
		name: "INACTIVEBOT_LAYOUT", fallback: "classic",
		meaning: "classic rows, or a table the reader can sort.",
		where:   "your choice",
		read:    choice(&c.Layout, "classic", "table"),
	}, {
		name: "INACTIVEBOT_ALLOW_PUBLIC_CHANNEL", fallback: "false", toggle: true,
		meaning: "Lets the admin channel be public.",
		where:   "your choice; everyone in the workspace can read the names in a public channel",
		read:    boolean(&c.AllowPublicChannel),
	}}
}

func (c *Config) storageSettings() []setting {
	return []setting{{
		name: "INACTIVEBOT_DATABASE", fallback: "inactivebot.db",
		meaning: "Path of the database file; the image sets /data/inactivebot.db.",
		where:   "your choice; use a persistent disk that is backed up",
		read:    text(&c.Database),
	}, {
		name: "INACTIVEBOT_RETENTION", fallback: "9600h",
		meaning: "How long names, emails and finished reports are kept.",
		where:   "your choice; at least 720h, as long as a restored person stays protected",
		read:    duration(&c.Retention, 30*24*time.Hour),
	}, {
		name:    "INACTIVEBOT_BACKUP_DIR",
		meaning: "A directory for daily backups of the database. Without it none are made.",
		where:   "your choice; preferably on another disk",
		read:    text(&c.BackupDir),
	}, {
		name: "INACTIVEBOT_BACKUP_KEEP", fallback: "7",
		meaning: "How many daily backups are kept.",
		where:   "your choice",
		read:    number(&c.BackupKeep, 1, 3650),
	}}
}

func (c *Config) operationSettings() []setting {
	return []setting{{
		name: "INACTIVEBOT_SETTLE", fallback: "60s",
		meaning: "How long a suspension may take to show in the API.",
		where:   "keep the default; Atlassian says up to 30s",
		read:    duration(&c.Settle, time.Second),
	}, {
		name:    "INACTIVEBOT_LISTEN",
		meaning: "Address of /healthz, /readyz and /metrics; without it the server is off.",
		where:   "your choice, such as 127.0.0.1:9090; :9090 means the same",
		read:    listen(&c.Listen),
	}, {
		name: "INACTIVEBOT_LOG_LEVEL", fallback: zerolog.LevelInfoValue,
		meaning: "debug, info, warn or error.",
		where:   "your choice",
		read:    level(&c.LogLevel),
	}, {
		name: "INACTIVEBOT_LOG_FORMAT", fallback: "json",
		meaning: "json for machines, console for people.",
		where:   "your choice",
		read:    choice(&c.LogFormat, "json", "console"),
	}}
}
