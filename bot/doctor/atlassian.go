package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"inactivebot/atlassian"
	"inactivebot/bot/blocks"
	"inactivebot/bot/problem"
	"inactivebot/bot/scan"
)

const (
	// KeyExpiryWarning is how long before its expiry the API key is reported.
	KeyExpiryWarning = 30 * 24 * time.Hour
	// maxClockSkew is the clock difference from which every report is locked, and
	// clockSkewWarning the difference from which a warning is shown.
	maxClockSkew, clockSkewWarning = 5 * time.Minute, 30 * time.Second
	// atlassianTimeout bounds all requests together.
	atlassianTimeout = 45 * time.Second
)

func (d *Doctor) atlassianChecks(ctx context.Context) []Check {
	ctx, cancel := context.WithTimeout(ctx, atlassianTimeout)
	defer cancel()
	ctx = atlassian.Urgent(ctx)
	c, ok := d.apiKey(ctx)
	all := []Check{d.keyExpiry(time.Now().UTC()), c}
	if ok {
		dir, c := d.directoryCheck(ctx)
		all = append(all, c)
		if dir != "" {
			all = append(all, slices.Concat(d.activity(ctx, dir), d.hiddenEmails(ctx, dir), d.protectSetting(ctx, dir))...)
			all = append(all, d.limits())
		}
	}
	return append(all, d.clock()...)
}

// KeyExpiryCheck is the name of the check of the API key's expiry date.
const KeyExpiryCheck = "API key's end"

// keyExpiry checks the expiry date in the settings.
func (d *Doctor) keyExpiry(now time.Time) Check {
	const name, fix = KeyExpiryCheck, "create a new key without scopes at admin.atlassian.com → Settings → API keys, and set ATLASSIAN_API_KEY and ATLASSIAN_API_KEY_EXPIRES"
	end := d.APIKeyExpires
	day := blocks.Date(end)
	switch {
	case end.IsZero():
		return warning(name, "ATLASSIAN_API_KEY_EXPIRES is not set.", "set it to the key's expiry date, shown at admin.atlassian.com → Settings → API keys")
	case !now.Before(end.AddDate(0, 0, 1)):
		return failure(name, "The API key expired on "+day+" (ATLASSIAN_API_KEY_EXPIRES).", fix)
	case end.Sub(now) < KeyExpiryWarning:
		return warning(name, "The API key expires on "+day+".", fix)
	}
	return good(name, "The API key expires on %s.", day)
}

// apiKey checks that the key can read the organisation.
func (d *Doctor) apiKey(ctx context.Context) (c Check, ok bool) {
	const name = "API key"
	org, err := d.Atlassian.Organization(ctx)
	if err != nil {
		return atlassianFailed(name, err), false
	}
	return good(name, "It can read the organisation %s.", org.Name), true
}

// atlassianFailed returns the check for a failed request to Atlassian: a failure
// if retrying cannot help, otherwise a warning.
func atlassianFailed(name string, err error) Check {
	if rejected, ok := errors.AsType[problem.CredentialsError](problem.AsFatal(err)); ok {
		return refused(name, rejected)
	}
	advice := problem.Advise(problem.Code(err))
	return warning(name, advice.Problem, advice.Fix)
}

func (d *Doctor) directoryCheck(ctx context.Context) (id string, c Check) {
	const name = "directory"
	dir, err := scan.FindDirectory(ctx, d.Atlassian, d.Settings.DirectoryID)
	if unclear, ok := errors.AsType[problem.DirectoryError](err); ok {
		advice := unclear.Advice()
		return "", failure(name, advice.Problem, advice.Fix)
	}
	if err != nil {
		return "", atlassianFailed(name, err)
	}
	return dir.ID, good(name, "The bot uses %s (%s).", dir.Name, dir.ID)
}

// activity checks how a scan can read activity, and whether one person can be
// read again as before a suspension.
func (d *Doctor) activity(ctx context.Context, dir string) []Check {
	c, account := d.searchActivity(ctx, dir)
	if account == "" {
		return []Check{c}
	}
	const name = "second look"
	if _, err := d.Atlassian.LastActive(ctx, account); err != nil {
		return []Check{c, atlassianFailed(name, err)}
	}
	return []Check{c, good(name, "People can be checked again just before they are suspended (last-active-dates).")}
}

// searchActivity checks whether the search returns activity. It also returns the
// account id of a person it found, or an empty string.
func (d *Doctor) searchActivity(ctx context.Context, dir string) (c Check, account string) {
	const name, slow = "activity", "nothing; the first scan of a large organisation takes hours, later scans take less time (see bot/acceptance/FIGURES.md)"
	people, active := 0, 0
	for u, err := range d.Atlassian.Users(ctx, dir, atlassian.Query{Status: []string{"active"}}) {
		if errors.Is(err, atlassian.ErrExpandRefused) {
			return warning(name, "The search does not accept requests for activity and roles, so people are read one by one.", slow), d.plainSearch(ctx, dir)
		}
		if err != nil {
			return atlassianFailed(name, err), ""
		}
		account = u.AccountID
		if people++; u.ProductAccess != nil {
			active++
		}
		if people == sampleSize {
			break
		}
	}
	switch {
	case people == 0:
		return failure(name, "The API key sees no active people in the directory.", "ask an organisation admin to create the key without scopes, and check ATLASSIAN_DIRECTORY_ID"), ""
	case active == 0:
		return warning(name, "The search returns no activity, so people are read one by one.", slow), account
	}
	return good(name, "The search returns when people were last active."), account
}

// plainSearch returns the account id of a person from a search without activity
// and roles, or an empty string.
func (d *Doctor) plainSearch(ctx context.Context, dir string) string {
	for u, err := range d.Atlassian.Users(ctx, dir, atlassian.Query{Plain: true, Status: []string{"active"}}) {
		if err == nil {
			return u.AccountID
		}
		break
	}
	return ""
}

// sampleSize is the number of people read to see whether activity is returned. It
// fits on one page.
const sampleSize = 50

// lowLimit is the remaining percentage of a rate limit below which other programs
// must be using it too.
const lowLimit = 25

// limits checks the rate limits that the responses contained.
func (d *Doctor) limits() Check {
	const name = "rate limits"
	var all []string
	low := false
	for _, l := range d.Atlassian.RateLimits() {
		if l.Limit == 0 {
			continue
		}
		all = append(all, fmt.Sprintf("%s %d requests per window, %d left", l.Route, l.Limit, l.Left))
		low = low || l.Left*100 < lowLimit*l.Limit
	}
	switch {
	case len(all) == 0:
		return good(name, "Atlassian does not report them, so the bot uses the documented limits.")
	case low:
		return warning(name, "Another program uses most of a rate limit: "+strings.Join(all, "; ")+".", "check which other program or bot uses the API of this organisation")
	}
	return good(name, "%s.", strings.Join(all, "; "))
}

// clock compares this machine's clock with Atlassian's, if a response had a date.
func (d *Doctor) clock() []Check {
	const name, fix = "clock", "set this machine's clock (NTP): reports are locked while it is off by more than 5 minutes"
	skew, known := d.Atlassian.ClockSkew()
	off := skew.Abs().Round(time.Second)
	said := "This machine's clock differs from Atlassian's by " + blocks.Duration(off) + "."
	switch {
	case !known:
		return nil
	case off > maxClockSkew:
		return []Check{failure(name, said, fix)}
	case off > clockSkewWarning:
		return []Check{warning(name, said, fix)}
	}
	return []Check{good(name, "It matches Atlassian's clock.")}
}
