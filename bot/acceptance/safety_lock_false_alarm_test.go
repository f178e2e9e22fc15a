package acceptance_test

import (
	"slices"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// TestOrdinaryWeeksLockNothing checks that ordinary changes in an organisation
// lock no weekly report.
func TestOrdinaryWeeksLockNothing(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		of     atlassiantest.Options
		change func(*bot.Settings)
		set    func(*world)
		weeks  int
	}{
		"the organisation of the demo":     {of: atlassiantest.Options{Users: 250, Seed: 1, Candidates: 6}, weeks: 8},
		"40 people":                        {of: atlassiantest.Options{Users: 40}, weeks: 4},
		"40 people, half of them inactive": {of: atlassiantest.Options{Users: 40, Candidates: 50}, weeks: 2},
		"many inactive":                    {of: atlassiantest.Options{Users: 360, Candidates: 25}, weeks: 2},
		"people are added and removed during the scan": {of: aboveMinimums, weeks: 3, set: func(w *world) {
			w.must(w.org.Configure(atlassiantest.OrgSettings{Churn: new(3)}))
		}},
		"activity read for each person": {of: small, weeks: 3, set: func(w *world) {
			w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: "refused"}))
		}},
		"the search omits activity": {of: small, weeks: 2, set: func(w *world) {
			w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: "omit"}))
		}},
		"rules and other sites": {of: aboveMinimums, weeks: 2, change: func(s *bot.Settings) {
			s.Policy.Sites = []string{atlassiantest.SiteConfluence}
			s.Policy.Rules = policy.Rules{anyRule("domain:contractor.example"), anyRule("group:nobody-is-in-this")}
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, test.of, test.change, func(w *world) {
				if test.set != nil {
					test.set(w)
				}
				for week := range test.weeks {
					w.until(nextMonday().Add(time.Hour))
					if got := w.reports(); got != week+1 {
						t.Errorf("%d reports after %d weeks\nlog: %s", got, week+1, w.log)
					}
					w.checkOpen()
				}
			})
		})
	}
}

// TestCleanedUpOrganisationLocksNothing checks that a suspension of 30 of 90
// inactive people locks none of the following reports.
func TestCleanedUpOrganisationLocksNothing(t *testing.T) {
	t.Parallel()
	limit := func(s *bot.Settings) { s.MaxSuspend = 30 }
	inWorld(t, atlassiantest.Options{Users: 360, Candidates: 25}, limit, func(w *world) {
		ada := w.slack.Users.Approver
		w.scanTold()
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(10 * time.Minute)
		if got := len(w.suspended()); got != 30 {
			t.Errorf("%d people are suspended, want 30", got)
		}
		for range 3 {
			w.until(nextMonday().Add(time.Hour))
			w.checkOpen()
		}
		if got := w.lastReport().Candidates; got != 60 {
			t.Errorf("%d people are listed, want the remaining 60", got)
		}
	})
}

// TestOtherThresholdsLockNothing scans with other thresholds: a longer one
// makes a report, a shorter one does not, and the next scan is compared using
// the threshold of the settings.
func TestOtherThresholdsLockNothing(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, nil, func(w *world) {
		ada := w.slack.Users.Approver
		extraActive(w)
		w.setExtraActivity(60, ago(300)) // inactive with 180 days, but not with 365.
		w.scanTold()
		for _, words := range []string{"scan 90", "scan 365", "scan 180", "scan 365", "scan"} {
			w.command(ada, words)
			w.pass(2 * time.Minute)
			w.checkOpen()
		}
		if got := w.reports(); got != 5 {
			t.Errorf("%d reports, want 5: scan 90 makes none", got)
		}
	})
}

// TestRestoredByHandIsLeftAlone checks that a person whom the bot suspended and
// an admin restored elsewhere is protected for 30 days from the scan that
// detects it, and that no report is locked.
func TestRestoredByHandIsLeftAlone(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.scanTold()
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(10 * time.Minute)
		gone := w.suspended()
		for _, account := range gone {
			w.org.ChangePerson(account, func(p *atlassiantest.Person) { p.Status, p.Suspended = atlassiantest.StatusActive, false })
		}
		found := nextMonday()
		for week := range 6 {
			w.until(found.AddDate(0, 0, 7*week).Add(time.Hour))
			w.checkOpen()
			left := week*7 < 30
			for _, account := range gone {
				lane, reason := w.lane(account)
				if left && (lane != string(policy.Protected) || reason != string(policy.JustRestored)) || !left && lane != string(policy.Inactive) {
					t.Errorf("in week %d %s is %s because of %q", week, account, lane, reason)
				}
			}
		}
		if got := len(w.candidates()); len(gone) == 0 || got < len(gone) {
			t.Errorf("%d candidates at the end, want at least %d", got, len(gone))
		}
	})
}

// lane returns the lane of a person in the last scan.
func (w *world) lane(account string) (lane, reason string) {
	w.stored(func(s *storage.Store) error {
		sc, _, err := s.LastScan()
		if err != nil {
			return err
		}
		r, _, err := s.Row(sc.ID, account)
		lane, reason = r.Lane, r.Reason
		return err
	})
	return lane, reason
}

// TestLockedScansKeepTheirBaseline checks that after several locked scans the
// next one is still compared with the last good one.
func TestLockedScansKeepTheirBaseline(t *testing.T) {
	t.Parallel()
	s := anomalies["activity moves backwards"]
	inWorld(t, aboveMinimums, nil, func(w *world) {
		extraActive(w)
		w.scanTold()
		s.trigger(w, true)
		for range 5 {
			w.scanTold()
			w.checkLocked(s)
		}
		before := w.reports()
		w.stop()
		w.start()
		w.until(nextMonday().Add(time.Hour))
		if got := kinds(w.lastReport()); w.reports() != before+1 || !slices.Equal(got, []string{string(s.kind)}) {
			t.Errorf("%d reports, locked by %v, want %d and %s", w.reports(), got, before+1, s.kind)
		}
	})
}

// TestRememberedActivityIsNoSilence checks that people whose activity comes
// from the cache do not count as inactive for the lock "no one active": they
// may have used an app since.
func TestRememberedActivityIsNoSilence(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, nil, func(w *world) {
		w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: "refused"}))
		for _, p := range w.org.AllPeople() {
			w.org.ChangePerson(p.AccountID, func(p *atlassiantest.Person) { capActivity(p, ago(20)) })
		}
		extraActive(w)
		w.scanTold()
		w.checkOpen()
		w.pass(9 * 24 * time.Hour)
		w.scanTold()
		w.checkOpen()
	})
}
