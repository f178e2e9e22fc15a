package config

import (
	"errors"
	"io/fs"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/policy"
)

// Config holds all settings, read and checked. [Config.settings] has the variable,
// the default and the limits of each field.
type Config struct {
	SlackBotToken Secret
	SlackAppToken Secret
	SlackAPIURL   string // ends in a slash, as slack-go requires.

	OrgID         string
	APIKey        Secret
	AtlassianURL  string    // without the trailing slash.
	DirectoryID   string    // empty: the organisation's only directory.
	APIKeyExpires time.Time // the day in UTC; zero when not given.

	Channel       string
	Approvers     []string // Slack user ids.
	ApproverGroup string   // a Slack user group id; empty when only Approvers count.
	Schedule      string   // a cron expression that parses and fires.

	InactiveDays int
	Product      string
	Sites        []string // product instance ids; empty means every site.
	Exclude      policy.Rules
	Protect      []string // account ids or emails.
	OtherApps    string   // "protect" or "ignore".
	IDPManaged   string   // "list" or "suspend".

	MaxSuspend         int // people.
	MaxSuspendPercent  int // of those who can log in.
	ReportTTL          time.Duration
	ReportOnly         bool
	Layout             string // "classic" or "table".
	AllowPublicChannel bool

	Database   string
	Retention  time.Duration
	BackupDir  string // empty: no daily backups.
	BackupKeep int
	Settle     time.Duration
	Listen     string // host:port; empty: nothing listens.
	LogLevel   zerolog.Level
	LogFormat  string // "json" or "console".
}

// Need is the part of the configuration that a subcommand requires. Each need
// includes those before it.
type Need int

// The needs, from least to most.
const (
	NeedNothing    Need = iota // backup, audit and others that only read the database.
	NeedAtlassian              // scan.
	NeedEverything             // serve and doctor.
)

// Sources are the sources of settings. A flag overrides the environment, which
// overrides the default; an empty value counts as not given.
type Sources struct {
	Flags    map[string]string // by the flag's name without dashes; see [Flags.Values].
	Env      func(name string) (value string, set bool)
	ReadFile func(name string) ([]byte, error)
}

// Load reads and checks all settings. Its error is a [Mistakes] with every
// mistake there is: invalid settings, even if the subcommand does not use
// them, and required settings that are missing.
func Load(need Need, from Sources) (Config, error) {
	var (
		c        Config
		mistakes Mistakes
	)
	for _, s := range c.settings() {
		if m, ok := s.load(need, from); !ok {
			mistakes = append(mistakes, m)
		}
	}
	if need == NeedEverything && !from.given("INACTIVEBOT_APPROVERS") && !from.given("INACTIVEBOT_APPROVER_GROUP") {
		mistakes = append(mistakes, Mistake{
			Setting: "INACTIVEBOT_APPROVERS or INACTIVEBOT_APPROVER_GROUP",
			Problem: "must be set; otherwise no one can approve a suspension",
			Where:   "Slack → a person's profile → ⋮ → Copy member ID",
		})
	}
	if len(mistakes) > 0 {
		return Config{}, mistakes
	}
	return c, nil
}

// load reads one setting into its field. The mistake counts only if ok is
// false.
func (s setting) load(need Need, from Sources) (m Mistake, ok bool) {
	value, origin, problem := from.lookup(s)
	if problem == "" && value == "" {
		value = s.fallback
		if value == "" && s.neededFrom != NeedNothing && need >= s.neededFrom {
			problem = "is not set"
		}
	}
	if problem == "" && value != "" {
		problem = s.read(value)
	}
	return Mistake{Setting: origin, Problem: problem, Where: s.where}, problem == ""
}

// lookup returns a setting's value, empty if not given, and the name of its origin
// for messages.
func (from Sources) lookup(s setting) (value, origin, problem string) {
	if v := strings.TrimSpace(from.Flags[s.flag()]); v != "" && !s.secret {
		return v, s.name + " (given as --" + s.flag() + ")", ""
	}
	value = from.env(s.name)
	if !s.secret {
		return value, s.name, ""
	}
	file := from.env(s.name + "_FILE")
	switch {
	case file == "":
		return value, s.name, ""
	case value != "":
		return "", s.name, "and " + s.name + "_FILE are both set; keep one of them"
	}
	value, problem = from.file(file)
	return value, s.name + "_FILE", problem
}

func (from Sources) given(name string) bool {
	value, _, _ := from.lookup(setting{name: name})
	return value != ""
}

func (from Sources) env(name string) string {
	value, _ := from.Env(name)
	return strings.TrimSpace(value)
}

// file reads a secret from a file. The problem says why it could not be read,
// without the file's name: a secret set as NAME_FILE by mistake must not show.
func (from Sources) file(name string) (value, problem string) {
	content, err := from.ReadFile(name)
	if err != nil {
		reason := "it cannot be read"
		if path, ok := errors.AsType[*fs.PathError](err); ok {
			reason = path.Err.Error()
		}
		return "", "does not name a file this process may read: " + reason
	}
	if value = strings.TrimSpace(string(content)); value == "" {
		return "", "names a file that is empty"
	}
	return value, ""
}
