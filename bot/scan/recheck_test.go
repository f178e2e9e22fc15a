package scan_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"inactivebot/atlassian"
	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan"
	"inactivebot/bot/scan/scantest"
	"inactivebot/storage"
)

// checker rechecks people of a lab.
type checker struct {
	lab
	t       *testing.T
	store   *storage.Store
	service *scan.Service
	scan    storage.Scan // the scan of the report that is carried out.
}

// inChecker runs a test with a service of the settings, whose scan is one of the
// default settings.
func inChecker(t *testing.T, change func(*policy.Settings), test func(*checker)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "recheck.db")
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t, 60)
		l.Org.ClearFaults()
		store, err := storage.Open(path)
		scantest.Must(t, err)
		defer func() { scantest.Must(t, store.Close()) }()
		c := &checker{lab: l, t: t, store: store, scan: storage.Scan{Product: "confluence", InactiveDays: 180, DirectoryID: l.Org.DirectoryID, Source: storage.SourceSearch}}
		settings := scantest.Policy()
		change(&settings)
		c.serve(settings, "")
		test(c)
	})
}

// serve makes the service of some settings, without approvers.
func (c *checker) serve(settings policy.Settings, directory string) {
	c.service = scan.New(c.store, c.Client, scan.Options{Policy: settings, DirectoryID: directory})
	c.service.ApproverEmails = func(context.Context) []string { return nil }
	c.service.IsApprover = func(context.Context, string) (bool, error) { return false, nil }
}

func (c *checker) recheck(account string) (scan.RecheckResult, error) {
	return c.service.Recheck(context.Background(), c.scan, account)
}

// checkLane fails unless the account is in this lane now.
func (c *checker) checkLane(account string, want policy.Lane) {
	c.t.Helper()
	got, err := c.recheck(account)
	if err != nil || got.Decision.Lane != want || got.User.AccountID != account {
		c.t.Errorf("%s is %s with the account %s and %v, want %s", account, got.Decision.Lane, got.User.AccountID, err, want)
	}
}

func unchanged(*policy.Settings) {}

// TestRecheckThreshold checks that the larger of the report's threshold and
// today's setting holds.
func TestRecheckThreshold(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		scan, setting, last int // days.
		want                policy.Lane
	}{
		"both smaller":                    {180, 180, 200, policy.Inactive},
		"the report's is larger":          {365, 180, 200, policy.Active},
		"the report's, and it is reached": {365, 180, 400, policy.Inactive},
		"today's is larger":               {180, 365, 200, policy.Active},
		"today's, and it is reached":      {180, 365, 400, policy.Inactive},
		"both larger":                     {365, 365, 200, policy.Active},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inChecker(t, func(s *policy.Settings) { s.InactiveDays = test.setting }, func(c *checker) {
				c.scan.InactiveDays = test.scan
				c.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, test.last))
				c.checkLane(ordinary, test.want)
			})
		})
	}
}

// TestRecheckScope checks that a report is not carried out with another product,
// other sites or in another directory than its own.
func TestRecheckScope(t *testing.T) {
	t.Parallel()
	const one, two = atlassiantest.SiteConfluence, atlassiantest.SiteConfluence2
	for name, test := range map[string]struct {
		scan    func(*checker)
		changed bool
	}{
		"the same":          {func(*checker) {}, false},
		"another product":   {func(c *checker) { c.scan.Product = "jira-software" }, true},
		"another directory": {func(c *checker) { c.scan.DirectoryID = scantest.SecondDirectory }, true},
		"no directory":      {func(c *checker) { c.scan.DirectoryID = "" }, true},
		"a site":            {func(c *checker) { c.scan.Sites = []string{one} }, true},
		"the setting names the other directory": {func(c *checker) {
			scantest.Must(c.t, c.Org.Configure(scantest.TwoDirectories(c.Org)))
			c.serve(scantest.Policy(), scantest.SecondDirectory)
		}, true},
		"the setting names the only directory": {func(c *checker) { c.serve(scantest.Policy(), c.Org.DirectoryID) }, false},
		"the setting names the site": {func(c *checker) {
			c.scan.Sites = []string{one}
			c.serve(policy.Settings{Product: "confluence", InactiveDays: 180, Sites: []string{one}}, "")
		}, false},
		"the setting names another site": {func(c *checker) {
			c.scan.Sites = []string{one}
			c.serve(policy.Settings{Product: "confluence", InactiveDays: 180, Sites: []string{two}}, "")
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inChecker(t, unchanged, func(c *checker) {
				c.uses(ordinary, used("confluence", one, 200))
				test.scan(c)
				if _, err := c.recheck(ordinary); errors.Is(err, scan.ErrScopeChanged) != test.changed || err != nil && !test.changed {
					t.Errorf("got %v, want a changed scope: %t", err, test.changed)
				}
			})
		})
	}
}

// TestRecheckIsAboutTheAccount lets the search ignore which account is asked for,
// so that it returns everyone: what it says about another person counts for no one
// else.
func TestRecheckIsAboutTheAccount(t *testing.T) {
	t.Parallel()
	for _, expand := range []string{"ok", "refused"} {
		t.Run("expand "+expand, func(t *testing.T) {
			t.Parallel()
			inChecker(t, unchanged, func(c *checker) {
				lanes, err := scantest.Lanes(c.Scanner(nil))
				scantest.Must(t, err)
				scantest.Must(t, c.Org.Configure(atlassiantest.OrgSettings{Expand: expand, IgnoreFilters: []string{"accountIds"}}))
				for account, lane := range lanes {
					got, err := c.recheck(account)
					if err != nil || got.User.AccountID != account || (got.Decision.Lane == policy.Inactive) != (lane == policy.Inactive) {
						t.Errorf("%s was %s, and is %s with the account %s and %v", account, lane, got.Decision.Lane, got.User.AccountID, err)
					}
				}
				if _, err := c.recheck("712020:nobody"); !errors.Is(err, scan.ErrNotInDirectory) {
					t.Errorf("got %v for an account that does not exist", err)
				}
			})
		})
	}
}

// TestRecheckReadsTheLatest checks that both sources are read, and that the later
// use counts.
func TestRecheckReadsTheLatest(t *testing.T) {
	t.Parallel()
	for _, route := range []string{scantest.SearchRoute, scantest.DatesRoute} {
		t.Run(route, func(t *testing.T) {
			t.Parallel()
			inChecker(t, unchanged, func(c *checker) {
				c.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 10))
				scantest.Must(t, c.Org.AddFault(atlassiantest.Fault{Route: route, Count: -1, EmptyActivity: true}))
				c.checkLane(ordinary, policy.Active)
			})
		})
	}
}

// TestRecheckFollowsTheRules checks that the rules, exclusions and approvers of
// the moment count, and that an approver who is not known is no answer.
func TestRecheckFollowsTheRules(t *testing.T) {
	t.Parallel()
	const email = "olga@example.com"
	isApprover := func(is bool, err error) func(*checker) {
		return func(c *checker) {
			c.service.IsApprover = func(_ context.Context, who string) (bool, error) { return is && who == email, err }
		}
	}
	for name, test := range map[string]struct {
		change func(*checker)
		want   policy.Lane // empty: the look-up fails.
	}{
		"nothing": {func(*checker) {}, policy.Inactive},
		"excluded": {func(c *checker) {
			scantest.Must(c.t, c.store.Exclude(storage.Exclusion{AccountID: ordinary, By: "U0ADA", Since: time.Now().UTC()}))
		}, policy.Excluded},
		"an approver":                  {isApprover(true, nil), policy.Protected},
		"another person's approver":    {isApprover(false, nil), policy.Inactive},
		"an approver who is not known": {isApprover(false, errors.New("no answer")), ""},
		"an approver by the profiles": {func(c *checker) {
			c.service.ApproverEmails = func(context.Context) []string { return []string{"ben@example.com", email} }
		}, policy.Protected},
		"by a stored rule": {func(c *checker) {
			scantest.Must(c.t, c.store.AddRule(storage.Rule{Rule: "domain:example.com", By: "U0ADA", Since: time.Now().UTC()}))
		}, policy.Excluded},
		"by a stored rule that has ended": {func(c *checker) {
			scantest.Must(c.t, c.store.AddRule(storage.Rule{Rule: "domain:example.com", By: "U0ADA", Since: time.Now().UTC(), Until: time.Now().UTC().Add(time.Hour)}))
			<-time.After(time.Hour)
		}, policy.Inactive},
		"by a rule stored while the person is read": {func(c *checker) {
			scantest.Must(c.t, c.Org.AddFault(atlassiantest.Fault{Route: scantest.DatesRoute, DelayMS: 1000}))
			time.AfterFunc(500*time.Millisecond, func() {
				_ = c.store.AddRule(storage.Rule{Rule: "domain:example.com", By: "U0ADA", Since: time.Now().UTC()})
			})
		}, policy.Excluded},
		"an admin": {func(c *checker) {
			c.Org.ChangePerson(ordinary, func(p *atlassiantest.Person) { p.PlatformRoles = []string{"atlassian/org-admin"} })
		}, policy.Protected},
		"off": {func(c *checker) {
			c.Org.ChangePerson(ordinary, func(p *atlassiantest.Person) { p.Status = atlassiantest.StatusDeactivated })
		}, policy.AlreadyOff},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inChecker(t, unchanged, func(c *checker) {
				c.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 200))
				c.Org.ChangePerson(ordinary, func(p *atlassiantest.Person) { p.Email = email })
				test.change(c)
				if test.want != "" {
					c.checkLane(ordinary, test.want)
					return
				}
				if _, err := c.recheck(ordinary); !errors.Is(err, scan.ErrApproversUnknown) {
					t.Errorf("got %v, want ErrApproversUnknown", err)
				}
			})
		})
	}
}

// TestRecheckBesideANewGroupRule adds a rule by group while a person is read where
// the search returns no groups, so that only the members of groups in older rules
// were read. The result must not allow a suspension under the new rules.
func TestRecheckBesideANewGroupRule(t *testing.T) {
	t.Parallel()
	inChecker(t, unchanged, func(c *checker) {
		c.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 200))
		scantest.Must(t, c.Org.Configure(atlassiantest.OrgSettings{Expand: "refused"}))
		scantest.Must(t, c.Org.AddFault(atlassiantest.Fault{Route: scantest.DatesRoute, DelayMS: 1000}))
		time.AfterFunc(500*time.Millisecond, func() {
			_ = c.store.AddRule(storage.Rule{Rule: "group:0e3f0e3f-0000-4000-8000-000000000001", By: "U0ADA", Since: time.Now().UTC()})
		})
		got, err := c.recheck(ordinary)
		scantest.Must(t, err)
		now, err := c.store.RulesVersion()
		if scantest.Must(t, err); got.Decision.Lane == policy.Inactive && got.RulesVersion == now {
			t.Error("the person may be suspended under a rule for which nothing was read")
		}
	})
}

// TestRecheckEvidence checks what the audit log keeps of a second look.
func TestRecheckEvidence(t *testing.T) {
	t.Parallel()
	inChecker(t, unchanged, func(c *checker) {
		c.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 200))
		got, err := c.recheck(ordinary)
		scantest.Must(t, err)
		want := map[string]string{
			"lane": "inactive", "source": "search, last-active-dates", "age_days": "200",
			"read_at": time.Now().UTC().Format(time.RFC3339), "last_active": time.Now().UTC().AddDate(0, 0, -200).Format(time.RFC3339),
		}
		if diff := cmp.Diff(want, got.Evidence()); diff != "" {
			t.Errorf("evidence (-want +got):\n%s", diff)
		}
		c.uses(ordinary, []atlassiantest.Access{}...)
		got, err = c.recheck(ordinary)
		scantest.Must(t, err)
		want = map[string]string{"lane": "never_active", "source": want["source"], "read_at": want["read_at"]}
		if diff := cmp.Diff(want, got.Evidence()); diff != "" {
			t.Errorf("evidence without a use (-want +got):\n%s", diff)
		}
	})
}

// TestRecheckWithoutAnAnswer checks that a look-up that fails is an error of its
// own, whose cause the caller can tell from a person who is gone or a changed scope.
func TestRecheckWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for _, route := range []string{"GET directories", scantest.SearchRoute, scantest.DatesRoute} {
		t.Run(route, func(t *testing.T) {
			t.Parallel()
			inChecker(t, unchanged, func(c *checker) {
				c.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 200))
				scantest.Must(t, c.Org.AddFault(atlassiantest.Fault{Route: route, Count: -1, Status: 500}))
				if _, err := c.recheck(ordinary); atlassian.KindOf(err) != atlassian.KindServer || errors.Is(err, scan.ErrScopeChanged) || errors.Is(err, scan.ErrNotInDirectory) {
					t.Errorf("got %v, want the server's error", err)
				}
			})
		})
	}
}

// TestRecheckWithoutAnEmail checks that Slack is not asked about a person without an
// email.
func TestRecheckWithoutAnEmail(t *testing.T) {
	t.Parallel()
	inChecker(t, unchanged, func(c *checker) {
		c.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 200))
		c.service.IsApprover = func(context.Context, string) (bool, error) { return false, errors.New("asked") }
		c.checkLane(ordinary, policy.Inactive)
	})
}

// TestRulesOfAScan checks that a scan follows the rules of the settings and the
// stored ones, and keeps which of them matched no one.
func TestRulesOfAScan(t *testing.T) {
	t.Parallel()
	none, err := policy.ParseRule("domain:nowhere.example")
	if err != nil {
		t.Fatal(err)
	}
	inChecker(t, func(s *policy.Settings) { s.Rules = policy.Rules{none} }, func(c *checker) {
		c.service.AfterReport = func(context.Context, uint64) {}
		c.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 200))
		for _, rule := range []string{ordinary, "group:nobody"} {
			scantest.Must(t, c.store.AddRule(storage.Rule{Rule: rule, By: "U0ADA", Since: time.Now().UTC()}))
		}
		for range 2 { // the rules of one scan are not those of the next.
			r, err := c.service.Run(context.Background(), "U0ADA", time.Now().String(), 0)
			scantest.Must(t, err)
			sc, err := c.store.Scan(r.ScanID)
			scantest.Must(t, err)
			if want := []string{"domain:nowhere.example", "group:nobody"}; !slices.Equal(sc.UnmatchedRules, want) {
				t.Errorf("no one is matched by %q, want %q", sc.UnmatchedRules, want)
			}
			<-time.After(time.Minute)
		}
		c.checkLane(ordinary, policy.Excluded)
	})
}

// TestRecheckWithoutRoles checks people whose roles the search does not tell: they
// are read by the filter, and a person is not inactive where that fails.
func TestRecheckWithoutRoles(t *testing.T) {
	t.Parallel()
	for expand, searches := range map[string]int{"refused": 2, "omit": 1} { // of the person, before the roles are read.
		t.Run("expand "+expand, func(t *testing.T) {
			t.Parallel()
			inChecker(t, unchanged, func(c *checker) {
				scantest.Must(t, c.Org.Configure(atlassiantest.OrgSettings{Expand: expand}))
				c.scan.Source = storage.SourceDates
				c.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 200))
				c.checkLane(ordinary, policy.Inactive)
				scantest.Must(t, c.Org.AddFault(atlassiantest.Fault{Route: scantest.SearchRoute, Skip: searches, Count: -1, Status: 500}))
				if got, err := c.recheck(ordinary); err == nil && got.Decision.Lane == policy.Inactive {
					t.Error("a person whose roles could not be read is inactive")
				}
				c.Org.ClearFaults()
				c.Org.ChangePerson(ordinary, func(p *atlassiantest.Person) { p.PlatformRoles = []string{"atlassian/org-admin"} })
				c.checkLane(ordinary, policy.Protected)
			})
		})
	}
}

// TestRecheckWithAnUnreadableRule checks that no one is judged without a rule that
// is stored and cannot be read.
func TestRecheckWithAnUnreadableRule(t *testing.T) {
	t.Parallel()
	inChecker(t, unchanged, func(c *checker) {
		c.uses(ordinary, used("confluence", atlassiantest.SiteConfluence, 200))
		scantest.Must(t, c.store.AddRule(storage.Rule{Rule: "team:design", By: "U0ADA", Since: time.Now().UTC()}))
		if got, err := c.recheck(ordinary); err == nil {
			t.Errorf("%s is %s", ordinary, got.Decision.Lane)
		}
	})
}
