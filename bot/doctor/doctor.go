package doctor

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"inactivebot/atlassian"
	"inactivebot/bot/approvers"
	"inactivebot/bot/problem"
	"inactivebot/bot/slackapi"
	"inactivebot/storage"
)

// Verdict is the result of a check.
type Verdict string

// The verdicts.
const (
	VerdictOK      Verdict = "ok"
	VerdictWarning Verdict = "warning" // the bot works, or will once the service answers.
	VerdictFailed  Verdict = "failed"  // the bot cannot work until a person fixes it.
)

// Check is the result of one check, which is printed as one line.
type Check struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Said    string  `json:"said"`          // what was found, in sentences.
	Fix     string  `json:"fix,omitempty"` // what to do, without a full stop; empty: nothing.
	// Refused reports that a token or key was rejected. Other failures are
	// mistakes in the settings.
	Refused bool     `json:"-"`
	InSlack bool     `json:"-"` // it can be fixed in Slack while the bot runs.
	Missing []string `json:"-"` // the scopes that the bot token lacks.
}

func good(name, said string, args ...any) Check {
	return Check{Name: name, Verdict: VerdictOK, Said: fmt.Sprintf(said, args...)}
}

func warning(name, said, fix string) Check {
	return Check{Name: name, Verdict: VerdictWarning, Said: said, Fix: fix}
}

func failure(name, said, fix string) Check {
	return Check{Name: name, Verdict: VerdictFailed, Said: said, Fix: fix}
}

// refused returns the failure for a rejected token or key.
func refused(name string, err problem.CredentialsError) Check {
	c := failure(name, err.Problem, err.Fix)
	c.Refused = true
	return c
}

// Options are the settings that a [Doctor] checks.
type Options struct {
	Channel            string   // the admin channel's id.
	AllowPublicChannel bool     // the admin channel may be public.
	Approvers          []string // Slack user ids of people who may approve.
	ApproverGroup      string   // id of a Slack user group whose members may approve; empty: none.
	DirectoryID        string   // empty: the organisation has only one.
	Protect            []string // account ids or emails that are never listed.
	EmailNeededBy      string   // the rule or setting that needs people's emails; empty: none.
	Schedule           string   // a robfig/cron expression.
	BackupDir          string   // where daily backups are written; empty: nowhere.
	BackupKeep         int      // how many daily backups are kept.
}

// Doctor checks everything that the bot needs. It changes nothing.
type Doctor struct {
	Settings      Options
	Atlassian     *atlassian.Client
	APIKeyExpires time.Time // zero: not set.
	Slack         slackapi.Config
	Database      string // path of the file.

	api       *slackapi.Client
	approvers *approvers.Approvers
	dialer    *websocket.Dialer
	atStart   bool              // only what decides whether the bot can start.
	running   int               // process id of the bot that has the database open, 0 for none.
	lastScan  storage.Unmatched // what the last scan in the database did not match.
}

// prepared returns a copy with its clients.
func (d Doctor) prepared() *Doctor {
	d.api = slackapi.NewUnlimited(d.Slack)
	d.approvers = approvers.New(d.api.Client, nil, d.Settings.Approvers, d.Settings.ApproverGroup)
	d.dialer = d.Slack.Dialer
	if d.dialer == nil {
		d.dialer = websocket.DefaultDialer
	}
	return &d
}

// Checks runs all checks, in the order in which problems should be fixed. It omits
// a check that needs another one that failed.
func (d Doctor) Checks(ctx context.Context) (all []Check) {
	p := d.prepared()
	all = append(all, good("settings", "All settings are valid."))
	all = append(all, slices.Concat(p.database(), p.dailyBackups())...)
	all = append(all, p.slackChecks(ctx)...)
	all = append(all, p.atlassianChecks(ctx)...)
	return append(all, p.schedule(time.Now().UTC()))
}

// Sound reports whether no check failed.
func Sound(all []Check) bool {
	for _, c := range all {
		if c.Verdict == VerdictFailed {
			return false
		}
	}
	return true
}
