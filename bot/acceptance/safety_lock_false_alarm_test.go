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

// TestOrdinaryWeeksLockNothing: an organisation that changes in ordinary ways
// has an open report every week.
func TestOrdinaryWeeksLockNothing(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		of     atlassiantest.Options
		change func(*bot.Settings)
		set    func(*world)
		weeks  int
	}{
		"the organisation of the demo":  {of: atlassiantest.Options{Users: 250, Seed: 1, Candidates: 6}, weeks: 3},
		"a team of 40":                  {of: atlassiantest.Options{Users: 40}, weeks: 3},
		"a team of 40, half of it gone": {of: atlassiantest.Options{Users: 40, Candidates: 50}, weeks: 2},
		"many inactive":                 {of: atlassiantest.Options{Users: 360, Candidates: 25}, weeks: 2},
		"people come and go while read": {of: guarded, weeks: 2, set: func(w *world) {
			w.must(w.org.Configure(atlassiantest.OrgSettings{Churn: new(3)}))
		}},
		"activity asked one by one": {of: small, weeks: 2, set: func(w *world) {
			w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: "refused"}))
		}},
		"the search leaves activity out": {of: small, weeks: 2, set: func(w *world) {
			w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: "omit"}))
		}},
		"rules and other sites": {of: guarded, weeks: 2, change: func(s *bot.Settings) {
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

// TestCleanedUpOrganisationLocksNothing: a third of 90 people is suspended by
// the bot, and the weeks after look right.
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
		if got := w.stands().Candidates; got != 60 {
			t.Errorf("%d people are listed, want the 60 who are left", got)
		}
	})
}

// TestOtherThresholdsLockNothing: more days make a report, fewer only show, and
// the scan after them compares with today's threshold.
func TestOtherThresholdsLockNothing(t *testing.T) {
	t.Parallel()
	inWorld(t, guarded, nil, func(w *world) {
		ada := w.slack.Users.Approver
		crewActive(w)
		w.crewUses(60, ago(300)) // inactive by 180 days, and not by 365.
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

// TestRestoredByHandIsLeftAlone: a person whom the bot suspended and an admin
// restored elsewhere is protected for 30 days from the scan that finds out, and
// locks nothing.
func TestRestoredByHandIsLeftAlone(t *testing.T) {
	t.Parallel()
	inWorld(t, guarded, nil, func(w *world) {
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
					t.Errorf("in week %d %s is %s by %q", week, account, lane, reason)
				}
			}
		}
		if got := len(w.candidates()); len(gone) == 0 || got < len(gone) {
			t.Errorf("%d candidates at the end, want those %d too", got, len(gone))
		}
	})
}

// lane returns the lane of an account in the last scan.
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

// TestLockedScansKeepTheirBaseline: however many scans lock in a row, the good
// one before them is what the next is compared with.
func TestLockedScansKeepTheirBaseline(t *testing.T) {
	t.Parallel()
	s := anomalies["activity moves backwards"]
	inWorld(t, guarded, nil, func(w *world) {
		crewActive(w)
		w.scanTold()
		s.make(w, true)
		for range 5 {
			w.scanTold()
			w.checkLocked(s)
		}
		before := w.reports()
		w.stop()
		w.start()
		w.until(nextMonday().Add(time.Hour))
		if got := kinds(w.stands()); w.reports() != before+1 || !slices.Equal(got, []string{string(s.kind)}) {
			t.Errorf("%d reports, locked by %v, want %d and %s", w.reports(), got, before+1, s.kind)
		}
	})
}

// TestRememberedActivityIsNoSilence: people who are not asked about, because
// their last use is remembered, may have used something since.
func TestRememberedActivityIsNoSilence(t *testing.T) {
	t.Parallel()
	inWorld(t, guarded, nil, func(w *world) {
		w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: "refused"}))
		for _, p := range w.org.AllPeople() {
			w.org.ChangePerson(p.AccountID, func(p *atlassiantest.Person) { idleFor(p, ago(20)) })
		}
		crewActive(w)
		w.scanTold()
		w.checkOpen()
		w.pass(9 * 24 * time.Hour)
		w.scanTold()
		w.checkOpen()
	})
}
