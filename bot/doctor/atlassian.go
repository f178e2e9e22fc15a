package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"inactivebot/atlassian"
	"inactivebot/bot/problem"
	"inactivebot/bot/scan"
)

const (
	// KeyEndsSoon is how long before its end the API key is warned about.
	KeyEndsSoon = 30 * 24 * time.Hour
	// clockOff is how far the clock may be off before every scan is locked, and
	// clockWarn before it is worth a word.
	clockOff, clockWarn = 5 * time.Minute, 30 * time.Second
	// atlassianWithin bounds all look-ups together.
	atlassianWithin = 45 * time.Second
)

func (d *Doctor) atlassianChecks(ctx context.Context) []Check {
	ctx, cancel := context.WithTimeout(ctx, atlassianWithin)
	defer cancel()
	ctx = atlassian.Urgent(ctx)
	all := d.keyEnd(time.Now().UTC())
	c, ok := d.apiKey(ctx)
	all = append(all, c)
	if ok {
		dir, c := d.directoryCheck(ctx)
		all = append(all, c)
		if dir != "" {
			all = append(all, d.activity(ctx, dir)...)
			all = append(all, d.limits()...)
		}
	}
	return append(all, d.clock()...)
}

// KeyEndCheck is the name of the check of the API key's expiry date.
const KeyEndCheck = "API key's end"

// keyEnd tells when the API key ends, where the settings say.
func (d *Doctor) keyEnd(now time.Time) []Check {
	const name, fix = KeyEndCheck, "make a new key without scopes at admin.atlassian.com → Settings → API keys, and set ATLASSIAN_API_KEY and ATLASSIAN_API_KEY_EXPIRES"
	end := d.APIKeyExpires
	day := end.Format(time.DateOnly)
	switch {
	case end.IsZero():
		return []Check{warning(name, "Nobody has said when the API key ends.", "set ATLASSIAN_API_KEY_EXPIRES to the day that stands beside the key at admin.atlassian.com → Settings → API keys")}
	case !now.Before(end.AddDate(0, 0, 1)):
		return []Check{failure(name, "The API key ended on "+day+" (ATLASSIAN_API_KEY_EXPIRES).", fix)}
	case end.Sub(now) < KeyEndsSoon:
		return []Check{warning(name, "The API key ends on "+day+".", fix)}
	}
	return []Check{good(name, "The API key ends on %s.", day)}
}

// apiKey tells whether the key may read the organisation.
func (d *Doctor) apiKey(ctx context.Context) (c Check, ok bool) {
	const name = "API key"
	org, err := d.Atlassian.Organization(ctx)
	if err != nil {
		return atlassianFailed(name, err), false
	}
	return good(name, "It may read the organisation %s.", org.Name), true
}

// atlassianFailed is a call of the API that did not succeed.
func atlassianFailed(name string, err error) Check {
	final, refused := errors.AsType[problem.CredentialsError](problem.AsFatal(err))
	switch {
	case refused:
		said, fix, _ := strings.Cut(final.Fix, ": ")
		c := failure(name, upper(said)+".", fix)
		c.Refused = true
		return c
	case problem.AsFatal(err) != nil:
		return failure(name, upper(err.Error())+".", "set ATLASSIAN_DIRECTORY_ID to the directory to look after")
	}
	said, fix, _ := strings.Cut(problem.Explain(err), ". ")
	return warning(name, strings.TrimSuffix(said, ".")+".", strings.TrimSuffix(fix, "."))
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (d *Doctor) directoryCheck(ctx context.Context) (id string, c Check) {
	const name = "directory"
	dir, err := scan.FindDirectory(ctx, d.Atlassian, d.Settings.DirectoryID)
	if wrong, ok := errors.AsType[problem.DirectoryError](err); ok {
		return "", failure(name, upper(wrong.Error())+".", "set ATLASSIAN_DIRECTORY_ID to the id of the directory to look after")
	}
	if err != nil {
		return "", atlassianFailed(name, err)
	}
	return dir.ID, good(name, "It is %s (%s).", dir.Name, dir.ID)
}

// activity asks for the first people, to see how activity can be read by a scan,
// and for one of them as it is done just before a suspension.
func (d *Doctor) activity(ctx context.Context, dir string) []Check {
	c, somebody := d.activityServed(ctx, dir)
	if somebody == "" {
		return []Check{c}
	}
	const name = "second look"
	if _, err := d.Atlassian.LastActive(ctx, somebody); err != nil {
		return []Check{c, atlassianFailed(name, err)}
	}
	return []Check{c, good(name, "A person can be read once more just before a suspension (last-active-dates).")}
}

// activityServed is how a scan reads activity, and somebody whom it can read.
func (d *Doctor) activityServed(ctx context.Context, dir string) (c Check, somebody string) {
	const name, slow = "activity", "nothing must be done: the first scan takes hours for a large organisation, later ones less (see bot/acceptance/FIGURES.md)"
	people, told := 0, 0
	for u, err := range d.Atlassian.Users(ctx, dir, atlassian.Query{Status: []string{"active"}}) {
		if errors.Is(err, atlassian.ErrExpandRefused) {
			return warning(name, "The search refuses to tell activity and roles: people are asked about one by one.", slow), d.anybody(ctx, dir)
		}
		if err != nil {
			return atlassianFailed(name, err), ""
		}
		somebody = u.AccountID
		if people++; u.ProductAccess != nil {
			told++
		}
		if people == enoughPeople {
			break
		}
	}
	switch {
	case people == 0:
		return failure(name, "The directory shows the API key no active person.", "an organisation admin must make the key, without scopes; see also ATLASSIAN_DIRECTORY_ID"), ""
	case told == 0:
		return warning(name, "The search does not tell when people were last active: they are asked about one by one.", slow), somebody
	}
	return good(name, "The search tells when people were last active."), somebody
}

// anybody is somebody whom the search finds when it is asked for less.
func (d *Doctor) anybody(ctx context.Context, dir string) string {
	for u, err := range d.Atlassian.Users(ctx, dir, atlassian.Query{Plain: true, Status: []string{"active"}}) {
		if err == nil {
			return u.AccountID
		}
		break
	}
	return ""
}

// enoughPeople is how many show whether activity is told: all from one page.
const enoughPeople = 50

// littleLeft is how many percent of a rate limit are few, when nobody but this
// check has used it.
const littleLeft = 25

// limits are the rate limits that the answers told.
func (d *Doctor) limits() []Check {
	const name = "rate limits"
	var all, low []string
	for _, l := range d.Atlassian.RateLimits() {
		if l.Limit == 0 {
			continue
		}
		all = append(all, fmt.Sprintf("%s %d calls a window, %d left", l.Route, l.Limit, l.Left))
		if l.Left*100 < littleLeft*l.Limit {
			low = append(low, l.Route)
		}
	}
	switch {
	case len(all) == 0:
		return []Check{good(name, "Atlassian does not tell them: the bot keeps to those that are documented.")}
	case len(low) > 0:
		return []Check{warning(name, "Somebody else uses up what Atlassian allows: "+strings.Join(all, "; ")+".", "see whether another program, or another bot, uses the same organisation's API")}
	}
	return []Check{good(name, "%s.", strings.Join(all, "; "))}
}

func (d *Doctor) clock() []Check {
	const name, fix = "clock", "set this machine's clock (NTP): every report is locked while it is off by over 5 minutes"
	skew, known := d.Atlassian.ClockSkew()
	off := skew.Abs().Round(time.Second)
	switch {
	case !known:
		return nil
	case off > clockOff:
		return []Check{failure(name, "This machine's clock is off from Atlassian's by "+off.String()+".", fix)}
	case off > clockWarn:
		return []Check{warning(name, "This machine's clock is off from Atlassian's by "+off.String()+".", fix)}
	}
	return []Check{good(name, "It agrees with Atlassian's.")}
}
