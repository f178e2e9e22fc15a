package bot

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
	"github.com/robfig/cron/v3"
	"github.com/slack-go/slack"

	"inactivebot/atlassian"
	"inactivebot/storage"
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

// Doctor looks at everything the bot needs, and changes nothing.
type Doctor struct {
	Settings      Settings
	Atlassian     *atlassian.Client
	APIKeyExpires time.Time // zero: not told.
	Slack         SlackConfig
	Database      string // its path.

	api       *slack.Client
	approvers *approvers
	dialer    *websocket.Dialer
	running   int // process id of the bot that has the database open, 0 for none.
}

// prepared is the doctor with its clients.
func (d Doctor) prepared() *Doctor {
	if d.Slack.Client == nil {
		d.Slack.Client = &http.Client{Timeout: slackTimeout}
	}
	d.Slack.Client = quietly(d.Slack.Client, d.Slack.BotToken, d.Slack.AppToken)
	d.api = slack.New(d.Slack.BotToken, slackOptions(d.Slack)...)
	d.approvers = newApprovers(d.api, d.Settings.Approvers, d.Settings.ApproverGroup)
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
	all = append(all, p.slackChecks(ctx)...)
	all = append(all, p.atlassianChecks(ctx)...)
	return append(all, p.schedule(now())...)
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

// littleSpace is how many bytes of free space are too few to work with.
const littleSpace = 256 << 20

func (d *Doctor) database() []Check {
	const name = "database"
	c, err := storage.Inspect(d.Database)
	d.running = c.PID
	switch {
	case err != nil:
		return []Check{failure(name, upper(err.Error())+".", "")}
	case c.Free < littleSpace:
		return []Check{warning(name, fmt.Sprintf("%s has %s left on its disk.", d.Database, size(c.Free)), fmt.Sprintf("free some space, at least %s", size(littleSpace)))}
	case !c.Exists || c.Bytes == 0:
		return []Check{good(name, "There is no database yet; %s will be made at the first start. %s are free.", d.Database, size(c.Free))}
	case c.PID != 0:
		return []Check{good(name, "%s is open in the running bot (process %d): schema %d, %s; %s are free.", d.Database, c.PID, c.Have, size(uint64(c.Bytes)), size(c.Free))}
	case c.Have < c.Know:
		return []Check{good(name, "%s has schema %d; the next start copies it and brings it to schema %d. %s are free.", d.Database, c.Have, c.Know, size(c.Free))}
	case c.Copied:
		return []Check{warning(name, d.Database+" is a copy that no bot was started on yet.", "start the bot if that is what you want: open reports and batches end, and nobody can be suspended before a new scan")}
	}
	return []Check{good(name, "%s can be written, is whole, and has schema %d, %s; %s are free.", d.Database, c.Have, size(uint64(c.Bytes)), size(c.Free))}
}

// size is a number of bytes as people say it.
func size(n uint64) string {
	const kilo = 1000
	units := []string{"bytes", "kB", "MB", "GB", "TB"}
	i, f := 0, float64(n)
	for f >= kilo && i < len(units)-1 {
		i, f = i+1, f/kilo
	}
	if i == 0 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}

// upcoming is how many moments of the schedule are shown.
const upcoming = 3

func (d *Doctor) schedule(from time.Time) []Check {
	const name, form = "schedule", "Mon 2 Jan 2006 15:04 MST"
	s, err := cron.ParseStandard(d.Settings.Schedule)
	if err != nil {
		return []Check{failure(name, "INACTIVEBOT_SCHEDULE is no schedule.", "write five fields, such as CRON_TZ=Europe/Berlin 0 9 * * MON")}
	}
	zone := time.UTC
	if spec, ok := s.(*cron.SpecSchedule); ok {
		zone = spec.Location
	}
	said := "The next reports come at"
	at := from
	for i := range upcoming {
		if at = s.Next(at); at.IsZero() {
			break
		}
		if i > 0 {
			said += ","
		}
		said += fmt.Sprintf(" %s (%s)", at.In(zone).Format(form), at.UTC().Format("15:04 UTC"))
	}
	return []Check{good(name, "%s.", said)}
}
