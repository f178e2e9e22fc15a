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

// anomaly is one way for a scan to look wrong: make causes it, just above the
// limits of the tripwire or just below, and fix removes it.
type anomaly struct {
	kind   policy.TripwireKind
	says   string // what the message says.
	change func(*bot.Settings)
	first  bool // it shows in the first scan already.
	before func(w *world, over bool)
	make   func(w *world, over bool)
	fix    func(w *world)
}

// crew is the number of ordinary people added to the organisation.
const crew = 80

// member returns the account of the n-th of them.
func member(n int) string { return fmt.Sprintf("712020:crew-%03d", n) }

// crewUses says when the first n of the crew last used Confluence; no time says
// that they never did.
func (w *world) crewUses(n int, at ...time.Time) {
	access := []atlassiantest.Access{}
	for _, use := range at {
		access = append(access, atlassiantest.Access{Key: "confluence", ID: atlassiantest.SiteConfluence, LastActive: &use})
	}
	for i := range n {
		w.crewman(i, access)
	}
}

func (w *world) crewman(i int, access []atlassiantest.Access) {
	w.org.PutPerson(atlassiantest.Person{
		AccountID: member(i), Name: fmt.Sprintf("Crew %d", i), Email: fmt.Sprintf("crew%d@example.com", i),
		ManagementSource: "invited", Groups: []string{"everybody"}, ProductAccess: access,
	})
}

// ago returns a time some days before now.
func ago(days float64) time.Time {
	return time.Now().UTC().Add(-time.Duration(days * 24 * float64(time.Hour)))
}

// more returns the first number above both a share and a number of people, or
// the number before it.
func more(over bool, percent, of, people int) int {
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

// candidates returns the people whom the last scan found inactive.
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

// crewActive makes the whole crew people who used Confluence yesterday.
func crewActive(w *world) { w.crewUses(crew, ago(1)) }

// anomalies lists a cause of every safety lock.
var anomalies = map[string]anomaly{
	"many become inactive at once": {
		kind: policy.ManyNewlyInactive, says: "who can log in became inactive at once",
		before: func(w *world, over bool) {
			crewActive(w)
			w.crewUses(more(over, 0, 0, 20), ago(179.5))
		},
		make: func(w *world, _ bool) { w.pass(24 * time.Hour) },
		fix:  crewActive,
	},
	"many cannot be read": {
		kind: policy.ManyUnknown, says: "who can log in could not be checked",
		make: func(w *world, over bool) {
			sc, _ := w.lastScan()
			for i := range more(over, 2, sc.CanLogIn, 3) - sc.Lanes[string(policy.Unknown)] {
				w.crewman(i, nil)
			}
		},
		fix: crewActive,
	},
	"a field is left out": {
		kind: policy.ManyUnknown, says: "who can log in could not be checked",
		make: func(w *world, over bool) {
			field := "jobTitle"
			if over {
				field = "accountType"
			}
			w.must(w.org.Configure(atlassiantest.OrgSettings{Omit: []string{field}}))
		},
		fix: func(w *world) { w.must(w.org.Configure(atlassiantest.OrgSettings{Omit: []string{}})) },
	},
	"activity is gone": {
		kind: policy.ActivityLost, says: "with activity on record have none now",
		make: func(w *world, over bool) {
			_, had := w.lastScan()
			w.crewUses(more(over, 20, had, 0))
		},
		fix: crewActive,
	},
	"people are gone": {
		kind: policy.FewerPeople, says: "the directory has",
		make: func(w *world, over bool) {
			sc, _ := w.lastScan()
			n := more(over, 30, sc.People, 0) - crew
			for i := range crew {
				w.org.RemovePerson(member(i))
			}
			for _, p := range w.org.AllPeople() {
				if n > 0 && p.AccountType == "atlassian" && w.org.RemovePerson(p.AccountID) {
					n--
				}
			}
		},
		fix: crewActive,
	},
	"activity moves backwards": {
		kind: policy.WentBackwards, says: "the last activity is earlier than before",
		make: func(w *world, over bool) {
			_, had := w.lastScan()
			w.crewUses(more(over, 1, had, 3), ago(5))
		},
		fix: crewActive,
	},
	"nobody is active": {
		kind: policy.NoOneActive, says: "used any app in 7 days", first: true,
		make: func(w *world, over bool) {
			crewActive(w)
			for _, p := range w.org.AllPeople() {
				w.org.ChangePerson(p.AccountID, func(p *atlassiantest.Person) { idleFor(p, ago(8)) })
			}
			if !over {
				w.crewUses(1, ago(6.9))
			}
		},
		fix: crewActive,
	},
	"no activity is told": {
		kind: policy.NoOneActive, says: "used any app in 7 days", first: true,
		make: func(w *world, over bool) {
			if over {
				w.must(w.org.AddFault(atlassiantest.Fault{Route: scantest.SearchRoute, Count: -1, EmptyActivity: true}))
			}
		},
		fix: func(w *world) { w.org.ClearFaults() },
	},
	"a rule has lost its people": {
		kind: policy.RuleMatchesNoOne, says: "matched 80 people and now matches no one",
		change: func(s *bot.Settings) { s.Policy.Rules = policy.Rules{anyRule("group:everybody")} },
		make: func(w *world, over bool) {
			for i := range crew {
				if over || i > 0 {
					w.org.ChangePerson(member(i), func(p *atlassiantest.Person) { p.Groups = []string{} })
				}
			}
		},
		fix: crewActive,
	},
	"the clocks differ": {
		kind: policy.ClockOff, says: "the bot's clock differs from Atlassian's by", first: true,
		make: func(w *world, over bool) {
			skew := 290
			if over {
				skew = 310
			}
			w.must(w.org.Configure(atlassiantest.OrgSettings{ClockSkewS: &skew}))
		},
		fix: func(w *world) { w.must(w.org.Configure(atlassiantest.OrgSettings{ClockSkewS: new(0)})) },
	},
	"the two ways disagree": {
		kind: policy.SourcesDisagree, says: "Atlassian reports two different last activities",
		make: func(w *world, over bool) {
			who := w.candidates()[5] // not the one that is excluded later.
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

// idleFor moves every use that is later than a moment back to it.
func idleFor(p *atlassiantest.Person, latest time.Time) {
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
