package acceptance_test

import (
	"fmt"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan/scantest"
	"inactivebot/storage"
)

// anomaly is one cause of a safety lock: trigger brings it just over or just under
// the tripwire's limit, fix removes it.
type anomaly struct {
	kind    policy.TripwireKind
	says    string // a part of the message.
	change  func(*bot.Settings)
	first   bool // the first scan already locks.
	before  func(w *world, over bool)
	trigger func(w *world, over bool)
	fix     func(w *world)
}

// extraPeople is the number of ordinary people that are added for a test to change.
const extraPeople = 80

// extraAccount returns the account of the n-th added person.
func extraAccount(n int) string { return fmt.Sprintf("712020:crew-%03d", n) }

// setExtraActivity sets when the first n added people last used Confluence. Without a
// time they never did.
func (w *world) setExtraActivity(n int, at ...time.Time) {
	access := []atlassiantest.Access{}
	for _, use := range at {
		access = append(access, atlassiantest.Access{Key: "confluence", ID: atlassiantest.SiteConfluence, LastActive: &use})
	}
	for i := range n {
		w.putExtra(i, access)
	}
}

func (w *world) putExtra(i int, access []atlassiantest.Access) {
	w.org.PutPerson(atlassiantest.Person{
		AccountID: extraAccount(i), Name: fmt.Sprintf("Crew %d", i), Email: fmt.Sprintf("crew%d@example.com", i),
		ManagementSource: "invited", Groups: []string{"everybody"}, ProductAccess: access,
	})
}

// ago returns the time that many days before now.
func ago(days float64) time.Time {
	return time.Now().UTC().Add(-time.Duration(days * 24 * float64(time.Hour)))
}

// countAtLimit returns the first number above both a percentage of a number and a
// minimum, or the number just below it.
func countAtLimit(over bool, percent, of, people int) int {
	n := max(people, percent*of/100)
	if over {
		n++
	}
	return n
}

// lastScan returns the newest scan and how many of its people have activity.
func (w *world) lastScan() (sc storage.Scan, had int) {
	w.stored(func(s *storage.Store) (err error) {
		if sc, _, err = s.LastScan(); err != nil {
			return err
		}
		for r, err := range s.Rows(sc.ID) {
			if err != nil {
				return err
			}
			if !r.LastActive.IsZero() {
				had++
			}
		}
		return nil
	})
	return sc, had
}

// candidates returns the people that the last scan found inactive.
func (w *world) candidates() (out []storage.Row) {
	w.stored(func(s *storage.Store) error {
		sc, _, err := s.LastScan()
		if err == nil {
			out, err = s.SampleCandidates(sc.ID, 1000)
		}
		return err
	})
	return out
}

// extraActive gives all added people activity yesterday.
func extraActive(w *world) { w.setExtraActivity(extraPeople, ago(1)) }

// anomalies are the causes of all safety locks.
var anomalies = map[string]anomaly{
	"many become inactive at once": {
		kind: policy.ManyNewlyInactive, says: "who can log in became inactive at once",
		before: func(w *world, over bool) {
			extraActive(w)
			w.setExtraActivity(countAtLimit(over, 0, 0, 20), ago(179.5))
		},
		trigger: func(w *world, _ bool) { w.pass(24 * time.Hour) },
		fix:     extraActive,
	},
	"many cannot be read": {
		kind: policy.ManyUnknown, says: "who can log in could not be checked",
		trigger: func(w *world, over bool) {
			sc, _ := w.lastScan()
			for i := range countAtLimit(over, 2, sc.CanLogIn, 3) - sc.Lanes[string(policy.Unknown)] {
				w.putExtra(i, nil)
			}
		},
		fix: extraActive,
	},
	"a field is missing": {
		kind: policy.ManyUnknown, says: "who can log in could not be checked",
		trigger: func(w *world, over bool) {
			field := "jobTitle"
			if over {
				field = "accountType"
			}
			w.must(w.org.Configure(atlassiantest.OrgSettings{Omit: []string{field}}))
		},
		fix: func(w *world) { w.must(w.org.Configure(atlassiantest.OrgSettings{Omit: []string{}})) },
	},
	"no one has a status": {
		kind: policy.ManyUnknown, says: "for this reason: Atlassian returned no usable value for a required field (status)",
		trigger: func(w *world, over bool) {
			if over {
				w.must(w.org.Configure(atlassiantest.OrgSettings{Omit: []string{"status"}}))
			}
		},
		fix: func(w *world) { w.must(w.org.Configure(atlassiantest.OrgSettings{Omit: []string{}})) },
	},
	"activity is gone": {
		kind: policy.ActivityLost, says: "with activity on record have none now",
		trigger: func(w *world, over bool) {
			_, had := w.lastScan()
			w.setExtraActivity(countAtLimit(over, 20, had, 0))
		},
		fix: extraActive,
	},
	"people are gone": {
		kind: policy.FewerPeople, says: "the directory has",
		trigger: func(w *world, over bool) {
			sc, _ := w.lastScan()
			n := countAtLimit(over, 30, sc.People, 0) - extraPeople
			for i := range extraPeople {
				w.org.RemovePerson(extraAccount(i))
			}
			for _, p := range w.org.AllPeople() {
				if n > 0 && p.AccountType == "atlassian" && w.org.RemovePerson(p.AccountID) {
					n--
				}
			}
		},
		fix: extraActive,
	},
	"activity moves backwards": {
		kind: policy.WentBackwards, says: "the last activity is earlier than before",
		trigger: func(w *world, over bool) {
			_, had := w.lastScan()
			w.setExtraActivity(countAtLimit(over, 1, had, 3), ago(5))
		},
		fix: extraActive,
	},
	"no one is active": {
		kind: policy.NoOneActive, says: "used any app in 7 days", first: true,
		trigger: func(w *world, over bool) {
			extraActive(w)
			for _, p := range w.org.AllPeople() {
				w.org.ChangePerson(p.AccountID, func(p *atlassiantest.Person) { capActivity(p, ago(8)) })
			}
			if !over {
				w.setExtraActivity(1, ago(6.9))
			}
		},
		fix: extraActive,
	},
	"all activity is empty": {
		kind: policy.NoOneActive, says: "used any app in 7 days", first: true,
		trigger: func(w *world, over bool) {
			if over {
				w.must(w.org.AddFault(atlassiantest.Fault{Route: scantest.SearchRoute, Count: -1, EmptyActivity: true}))
			}
		},
		fix: func(w *world) { w.org.ClearFaults() },
	},
	"no one's manager is known": {
		kind: policy.NoManagementData, says: "which accounts your identity provider manages", first: true,
		trigger: func(w *world, over bool) {
			for i, p := range w.org.AllPeople() {
				if over || i > 0 {
					w.omit(p.AccountID, "managementSource")
				}
			}
		},
		fix: func(w *world) {
			for _, p := range w.org.AllPeople() {
				w.omit(p.AccountID)
			}
		},
	},
	"a rule matches no one": {
		kind: policy.RuleMatchesNoOne, says: "matched 80 people and now matches no one",
		change: func(s *bot.Settings) { s.Policy.Rules = policy.Rules{anyRule("group:everybody")} },
		trigger: func(w *world, over bool) {
			for i := range extraPeople {
				if over || i > 0 {
					w.org.ChangePerson(extraAccount(i), func(p *atlassiantest.Person) { p.Groups = []string{} })
				}
			}
		},
		fix: extraActive,
	},
	"the clocks differ": {
		kind: policy.ClockOff, says: "the bot's clock differs from Atlassian's by", first: true,
		trigger: func(w *world, over bool) {
			skew := 290
			if over {
				skew = 310
			}
			w.must(w.org.Configure(atlassiantest.OrgSettings{ClockSkewS: &skew}))
		},
		fix: func(w *world) { w.must(w.org.Configure(atlassiantest.OrgSettings{ClockSkewS: new(0)})) },
	},
	"the two sources disagree": {
		kind: policy.SourcesDisagree, says: "Atlassian reports two different last activities",
		trigger: func(w *world, over bool) {
			who := w.candidates()[5] // the test excludes another one later.
			at := who.LastActive.Add(20 * time.Hour)
			if over {
				at = who.LastActive.Add(30 * time.Hour)
			}
			body := fmt.Sprintf(`{"data":{"product_access":[{"id":%q,"key":"confluence","last_active_timestamp":%q}]},"links":{}}`, atlassiantest.SiteConfluence, at.Format(time.RFC3339))
			w.must(w.org.AddFault(atlassiantest.Fault{Route: scantest.DatesRoute, AccountID: who.AccountID, Count: -1, Body: new(atlassiantest.Text(body))}))
		},
		fix: func(w *world) { w.org.ClearFaults() },
	},
}

// capActivity moves every activity after latest back to latest.
func capActivity(p *atlassiantest.Person, latest time.Time) {
	for i, a := range p.ProductAccess {
		if a.LastActive != nil && a.LastActive.After(latest) {
			p.ProductAccess[i].LastActive = &latest
		}
	}
}

func anyRule(text string) policy.Rule {
	rule, err := policy.ParseRule(text)
	if err != nil {
		panic(err) // a mistake in the table.
	}
	return rule
}
