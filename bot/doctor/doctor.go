package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"inactivebot/atlassian"
	"inactivebot/bot/approvers"
	"inactivebot/bot/slackapi"
)

// Verdict is what a check came to.
type Verdict string

// The verdicts.
const (
	VerdictOK      Verdict = "ok"
	VerdictWarning Verdict = "warning" // the bot works, or will when it is answered.
	VerdictFailed  Verdict = "failed"  // the bot cannot work before a human changes it.
)

// Check is one thing that was looked at, in a line for a person.
type Check struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Said    string  `json:"said"`          // what was found.
	Fix     string  `json:"fix,omitempty"` // what to do; empty where nothing is.
	// Refused tells that the failure is a token or a key that is refused, rather
	// than a mistake in the settings.
	Refused bool `json:"-"`
	InSlack bool `json:"-"` // somebody can mend it in Slack while the bot runs.
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

// Options are the settings that a [Doctor] checks.
type Options struct {
	Channel            string   // the admin channel's id.
	AllowPublicChannel bool     // the admin channel may be public.
	Approvers          []string // Slack user ids that may press.
	ApproverGroup      string   // a Slack user group whose members may press; empty: none.
	DirectoryID        string   // empty: the only one.
	Schedule           string   // a robfig/cron expression.
	BackupDir          string   // where daily backups are written; empty: nowhere.
	BackupKeep         int      // how many daily backups are kept.
}

// Doctor looks at everything the bot needs, and changes nothing.
type Doctor struct {
	Settings      Options
	Atlassian     *atlassian.Client
	APIKeyExpires time.Time // zero: not told.
	Slack         slackapi.Config
	Database      string // its path.

	api       *slackapi.Client
	approvers *approvers.Approvers
	dialer    *websocket.Dialer
	running   int // process id of the bot that has the database open, 0 for none.
}

// prepared is the doctor with its clients.
func (d Doctor) prepared() *Doctor {
	d.api = slackapi.NewUnlimited(d.Slack)
	d.approvers = approvers.New(d.api.Client, d.Settings.Approvers, d.Settings.ApproverGroup)
	d.dialer = d.Slack.Dialer
	if d.dialer == nil {
		d.dialer = websocket.DefaultDialer
	}
	return &d
}

// Checks are all of them, in the order in which a human mends what is wrong:
// where one needs another that failed, it is left out.
func (d Doctor) Checks(ctx context.Context) (all []Check) {
	p := d.prepared()
	all = append(all, good("settings", "All settings can be read."))
	all = append(all, p.database()...)
	all = append(all, p.dailyCopies()...)
	all = append(all, p.slackChecks(ctx)...)
	all = append(all, p.atlassianChecks(ctx)...)
	return append(all, p.schedule(time.Now().UTC())...)
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
