package acceptance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan/scantest"
	"inactivebot/storage"
)

// omit leaves fields out of the answers about one person.
func (w *world) omit(account string, fields ...string) {
	w.org.ChangePerson(account, func(p *atlassiantest.Person) { p.Omit = fields })
}

// listed returns the accounts that the newest report lists.
func (w *world) listed() []string {
	w.t.Helper()
	return accounts(buttons(w.report(), "exclude"))
}

// suspendListed approves the whole report and lets the batch end.
func (w *world) suspendListed() {
	w.t.Helper()
	ada := w.slack.Users.Approver
	w.press(ada, "suspend_all", "")
	w.submit(ada, "suspend_confirm")
	w.pass(10 * time.Minute)
}

// checkSkipped fails unless the first batch suspended all people but one, who was
// skipped for a reason.
func (w *world) checkSkipped(all []string, account, reason string) {
	w.t.Helper()
	want := slices.DeleteFunc(slices.Clone(all), func(a string) bool { return a == account })
	if got := w.suspended(); !slices.Equal(got, want) {
		w.t.Errorf("suspended %v, want %v", got, want)
	}
	for _, st := range w.steps() {
		if st.AccountID == account && (st.State != storage.StepSkipped || st.Reason != reason) {
			w.t.Errorf("the step of %s is %s for the reason %q, want skipped for %q", account, st.State, st.Reason, reason)
		}
	}
}

// checkLane fails unless the last scan put a person in a lane for a reason.
func (w *world) checkLane(account string, lane policy.Lane, reason string) {
	w.t.Helper()
	if gotLane, gotReason := w.lane(account); gotLane != string(lane) || gotReason != reason {
		w.t.Errorf("%s is %s for the reason %q, want %s for %q", account, gotLane, gotReason, lane, reason)
	}
}

// checkNoReport fails unless a scan ends without a report and says why.
func (w *world) checkNoReport(says string) {
	w.t.Helper()
	before := w.reports()
	if told := w.scanTold(); w.reports() != before || !strings.Contains(told, says) {
		w.t.Errorf("%d new reports, told %q, want none and %q", w.reports()-before, told, says)
	}
}

// checkNoSuspend fails unless the newest report is locked and says why.
func (w *world) checkNoSuspend(says ...string) {
	w.t.Helper()
	m := w.report()
	if n := len(buttons(m, "suspend_all")); n != 0 || w.lastReport().State != storage.ReportLocked {
		w.t.Errorf("the report is %s with %d Suspend buttons", w.lastReport().State, n)
	}
	for _, text := range says {
		if got := blockText(m); !strings.Contains(got, text) {
			w.t.Errorf("the report does not contain %q: %s", text, got)
		}
	}
	if got := blockText(m); strings.Contains(got, "No one to suspend") {
		w.t.Errorf("the report says that there is no one to suspend: %s", got)
	}
}

// joiner adds a person who was added some days ago and used Confluence before that.
func (w *world) joiner(days float64) string {
	return w.org.PutPerson(atlassiantest.Person{
		AccountID: "712020:joiner", Name: "June Joiner", Email: "june@example.com", ManagementSource: "invited",
		AddedToOrg: ago(days), ProductAccess: []atlassiantest.Access{{Key: "confluence", ID: atlassiantest.SiteConfluence, LastActive: new(ago(400))}},
	}).AccountID
}

// TestCaseB3: if Atlassian does not say who manages the accounts, no one can be
// suspended, until the setting says that it does not matter.
func TestCaseB3(t *testing.T) {
	t.Parallel()
	everyone := atlassiantest.OrgSettings{Omit: []string{"managementSource"}}
	t.Run("for everyone", func(t *testing.T) {
		t.Parallel()
		inWorld(t, small, nil, func(w *world) {
			w.must(w.org.Configure(everyone))
			w.scanTold()
			w.checkNoSuspend("INACTIVEBOT_IDP_MANAGED=suspend", "identity provider")
			w.checkNoSuspendPossible()
		})
	})
	t.Run("for everyone, does not matter", func(t *testing.T) {
		t.Parallel()
		inWorld(t, small, func(s *bot.Settings) { s.Policy.SuspendIDPManaged = true }, func(w *world) {
			w.must(w.org.Configure(everyone))
			w.scanTold()
			w.checkOpen()
		})
	})
	t.Run("for one person", func(t *testing.T) {
		t.Parallel()
		inWorld(t, small, nil, func(w *world) {
			w.scanTold()
			one := w.listed()[0]
			w.omit(one, "managementSource")
			w.scanTold()
			w.checkOpen()
			w.checkLane(one, policy.Inactive, "")
			w.suspendListed()
			if !slices.Contains(w.suspended(), one) {
				t.Errorf("suspended %v, want %s too", w.suspended(), one)
			}
		})
	})
	t.Run("for one person at the second look", func(t *testing.T) {
		t.Parallel()
		inWorld(t, small, nil, func(w *world) {
			w.scanTold()
			all := w.listed()
			w.omit(all[0], "managementSource")
			w.suspendListed()
			w.checkSkipped(all, all[0], "field_missing:managementSource")
		})
	})
}

// TestCaseB4: a person whose date of joining neither call returns is unknown.
func TestCaseB4(t *testing.T) {
	t.Parallel()
	for _, expand := range []string{"ok", "refused"} {
		t.Run("for everyone, expand "+expand, func(t *testing.T) {
			t.Parallel()
			inWorld(t, small, nil, func(w *world) {
				w.must(w.org.Configure(atlassiantest.OrgSettings{Omit: []string{"addedToOrg"}, Expand: expand}))
				joiner := w.joiner(4)
				w.scanTold()
				w.checkLane(joiner, policy.Unknown, "field_missing:addedToOrg")
				sc, _ := w.lastScan()
				asked := w.org.Requests().ByRoute[scantest.DatesRoute]["200"]
				for _, p := range w.org.AllPeople() {
					if p.ProductAccess == nil && p.Status == "active" {
						asked-- // looked up because the activity is missing.
					}
				}
				if expand == "ok" && (asked > sc.Locks[0].Most || sc.Lanes[string(policy.NeverActive)] == 0) {
					t.Errorf("%d people were looked up, want only those who would be listed; the lanes are %v, the locks %v", asked, sc.Lanes, sc.Locks)
				}
				w.checkNoSuspend("could not be checked", "for this reason: Atlassian returned no usable value for a required field (date added to the organisation)")
			})
		})
		t.Run("for one person, expand "+expand, func(t *testing.T) {
			t.Parallel()
			inWorld(t, aboveMinimums, nil, func(w *world) {
				w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: expand}))
				joiner := w.joiner(4)
				w.omit(joiner, "addedToOrg")
				w.scanTold()
				w.checkOpen()
				w.checkLane(joiner, policy.Unknown, "field_missing:addedToOrg")
				w.suspendListed()
				if got := w.suspended(); len(got) == 0 || slices.Contains(got, joiner) {
					t.Errorf("suspended %v", got)
				}
			})
		})
	}
	t.Run("only the search leaves it out", func(t *testing.T) {
		t.Parallel()
		inWorld(t, small, nil, func(w *world) {
			joiner := w.joiner(400)
			w.omit(joiner, "addedToOrg")
			body := fmt.Sprintf(`{"data":{"product_access":[],"added_to_org_timestamp":%q},"links":{}}`, ago(400).Format(time.RFC3339))
			w.must(w.org.AddFault(atlassiantest.Fault{Route: scantest.DatesRoute, AccountID: joiner, Count: -1, Body: new(atlassiantest.Text(body))}))
			w.scanTold()
			w.checkLane(joiner, policy.Inactive, "")
			if n := w.org.Requests().ByRoute[scantest.DatesRoute]["200"]; n > 20+1+1 {
				t.Errorf("%d people were looked up, want only the sample of the candidates and the joiner", n)
			}
		})
	})
	t.Run("at the second look", func(t *testing.T) {
		t.Parallel()
		inWorld(t, small, nil, func(w *world) {
			w.scanTold()
			all := w.listed()
			w.omit(all[0], "addedToOrg")
			w.suspendListed()
			w.checkSkipped(all, all[0], "field_missing:addedToOrg")
		})
	})
}

// TestCaseB5: if the search returns the roles of no one, there is no report. If it
// leaves the field out of people without roles, the report is the same as with it.
func TestCaseB5(t *testing.T) {
	t.Parallel()
	t.Run("for everyone", func(t *testing.T) {
		t.Parallel()
		inWorld(t, small, nil, func(w *world) {
			w.must(w.org.Configure(atlassiantest.OrgSettings{Omit: []string{"platformRoles"}}))
			w.checkNoReport("Roles could not be read")
		})
	})
	t.Run("for people without roles", func(t *testing.T) {
		t.Parallel()
		inWorld(t, small, nil, func(w *world) {
			for _, p := range w.org.AllPeople() {
				if len(p.PlatformRoles) == 0 {
					w.omit(p.AccountID, "platformRoles")
				}
			}
			want := scantest.Candidates(t, atlassiantest.New(small), atlassiantest.New(small))
			w.scanTold()
			w.checkOpen()
			if got := w.listed(); !slices.Equal(got, want) {
				t.Fatalf("listed %v, want %v", got, want)
			}
			sc, _ := w.lastScan()
			if admin, _ := w.org.Person(sc.OrgAdmin); !slices.Contains(admin.PlatformRoles, atlassiantest.RoleOrgAdmin) {
				t.Errorf("the scan remembers %q as an org admin, who has the roles %v", sc.OrgAdmin, admin.PlatformRoles)
			}
			w.org.ChangePerson(want[0], func(p *atlassiantest.Person) { p.PlatformRoles = []string{atlassiantest.RoleSiteAdmin} })
			w.suspendListed()
			w.checkSkipped(want, want[0], "admin_role:"+atlassiantest.RoleSiteAdmin)
		})
	})
	t.Run("for one admin", func(t *testing.T) {
		t.Parallel()
		inWorld(t, small, nil, func(w *world) {
			w.scanTold()
			admin := w.listed()[0]
			w.org.ChangePerson(admin, func(p *atlassiantest.Person) { p.PlatformRoles = []string{atlassiantest.RoleOrgAdmin} })
			w.omit(admin, "platformRoles")
			w.scanTold()
			w.checkLane(admin, policy.Protected, "admin_role:"+atlassiantest.RoleOrgAdmin)
			w.checkOpen()
		})
	})
}

// TestCaseB6: a search by role that does not work makes no report, and no one who is
// approved is suspended.
func TestCaseB6(t *testing.T) {
	t.Parallel()
	const noAdmin, disagree = "There is always one", "does not agree"
	byRole := []string{"roleIds"}
	tests := map[string]struct {
		org   atlassiantest.OrgSettings
		rules []string
		says  string
	}{
		"finds no one":             {atlassiantest.OrgSettings{Expand: "refused", EmptyFilters: byRole}, nil, noAdmin},
		"finds no one, no expand":  {atlassiantest.OrgSettings{Expand: "omit", EmptyFilters: byRole}, nil, noAdmin},
		"finds everyone":           {atlassiantest.OrgSettings{Expand: "refused", IgnoreFilters: byRole}, nil, disagree},
		"a group that has no one":  {atlassiantest.OrgSettings{Expand: "refused", EmptyFilters: []string{"groupIds"}}, []string{"group:finance"}, "group's id"},
		"a group that is everyone": {atlassiantest.OrgSettings{Expand: "refused", IgnoreFilters: []string{"groupIds"}}, []string{"group:finance"}, "group that does not exist"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			change := func(s *bot.Settings) {
				for _, rule := range test.rules {
					s.Policy.Rules = append(s.Policy.Rules, mustRule(t, rule))
				}
			}
			inWorld(t, small, change, func(w *world) {
				w.must(w.org.Configure(test.org))
				w.checkNoReport(test.says)
			})
		})
	}
	t.Run("at the second look", func(t *testing.T) {
		t.Parallel()
		inWorld(t, small, nil, func(w *world) {
			w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: "refused"}))
			w.scanTold()
			if len(w.listed()) == 0 {
				t.Fatal("no candidates")
			}
			w.must(w.org.Configure(atlassiantest.OrgSettings{EmptyFilters: byRole}))
			w.suspendListed()
			if got := w.suspended(); len(got) > 0 {
				t.Errorf("suspended %v", got)
			}
			for _, st := range w.steps() {
				if st.Reason != "field_missing:platformRoles" {
					t.Errorf("%s is skipped for %q", st.AccountID, st.Reason)
				}
			}
		})
	})
}

// TestCaseB7: a refused look-up of one person makes that person unknown. If all are
// refused, the scan ends.
func TestCaseB7(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, nil, func(w *world) {
		w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: "refused"}))
		w.scanTold()
		all := w.listed()
		w.must(w.org.AddFault(atlassiantest.Fault{Route: scantest.DatesRoute, AccountID: all[0], Count: -1, Status: 403}))
		w.scanTold()
		w.checkOpen()
		w.checkLane(all[0], policy.Unknown, "lookup_failed")
		if got := w.listed(); !slices.Equal(got, all[1:]) {
			t.Errorf("listed %v, want %v", got, all[1:])
		}
		w.must(w.org.AddFault(atlassiantest.Fault{Route: scantest.DatesRoute, Count: -1, Status: 403}))
		w.checkNoReport("may not manage this organisation")
	})
}

// TestCaseB9: people who hide their email while INACTIVEBOT_PROTECT has one are unknown
// with that reason, and no report is locked because of them.
func TestCaseB9(t *testing.T) {
	t.Parallel()
	for _, expand := range []string{"ok", "refused"} {
		t.Run("expand "+expand, func(t *testing.T) {
			t.Parallel()
			inWorld(t, aboveMinimums, func(s *bot.Settings) { s.Policy.Protect = []string{"someone@example.com"} }, func(w *world) {
				w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: expand}))
				w.scanTold()
				w.checkOpen()
				all := w.listed()
				hidden := 0
				for i, p := range w.org.AllPeople() {
					if i%14 == 0 && p.AccountType == "atlassian" && p.Status == "active" && len(p.PlatformRoles) == 0 || p.AccountID == all[0] {
						w.org.ChangePerson(p.AccountID, func(p *atlassiantest.Person) { p.EmailHidden = true })
						hidden++
					}
				}
				if hidden < 15 {
					t.Fatalf("only %d people hide their email", hidden)
				}
				w.scanTold()
				w.checkOpen()
				w.checkLane(all[0], policy.Unknown, "email_hidden:INACTIVEBOT_PROTECT")
				if slices.Contains(w.listed(), all[0]) {
					t.Errorf("listed %v with %s", w.listed(), all[0])
				}
				ada := w.slack.Users.Approver
				w.command(ada, "why "+all[0])
				w.checkLastAnswer(ada, "has a hidden email, which a rule or setting needs (`INACTIVEBOT_PROTECT`)")
				for i, p := range w.org.AllPeople() {
					w.org.ChangePerson(p.AccountID, func(p *atlassiantest.Person) { p.EmailHidden = i%2 == 0 })
				}
				w.scanTold()
				w.checkOpen()
			})
		})
	}
}

// TestPeopleWhomTheSearchDoesNotList: where the search leaves out suspended people, one
// who was suspended in another way since the scan is not taken for one who is gone.
func TestPeopleWhomTheSearchDoesNotList(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		w.scanTold()
		all := w.listed()
		w.must(w.org.Configure(atlassiantest.OrgSettings{HideSuspended: new(true)}))
		w.org.ChangePerson(all[0], func(p *atlassiantest.Person) { p.Suspended = true })
		w.org.RemovePerson(all[1])
		w.suspendListed()
		reasons := map[string]string{}
		for _, st := range w.steps() {
			reasons[st.AccountID] = st.Reason
		}
		if reasons[all[0]] != "already_off:suspended" && reasons[all[0]] != "already_off" || reasons[all[1]] != "gone" {
			t.Errorf("the reasons are %v", reasons)
		}
	})
}
