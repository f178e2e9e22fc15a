package main

import (
	"net/http"
	"slices"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
)

// changePerson applies the requested change to one person of the organisation.
func (p *panel) changePerson(r *http.Request) string {
	person, known := p.organisation.Person(r.FormValue("id"))
	if !known {
		return "This person is no longer in the organisation."
	}
	switch r.FormValue("do") {
	case "active":
		return p.useConfluence(person)
	case "admin":
		p.organisation.ChangePerson(person.AccountID, func(a *atlassiantest.Person) {
			a.PlatformRoles = append(a.PlatformRoles, atlassiantest.RoleOrgAdmin)
		})
		return person.Name + " is now an organisation admin."
	case "plain":
		p.organisation.ChangePerson(person.AccountID, func(a *atlassiantest.Person) {
			a.PlatformRoles = slices.DeleteFunc(a.PlatformRoles, func(role string) bool { return role == atlassiantest.RoleOrgAdmin })
		})
		return person.Name + " is no longer an organisation admin."
	}
	return ""
}

// useConfluence records Confluence use now, if the person can log in.
func (p *panel) useConfluence(person atlassiantest.Person) string {
	if person.Status != atlassiantest.StatusActive || person.Suspended {
		return person.Name + " cannot log in and cannot use Confluence."
	}
	now := time.Now().UTC().Truncate(time.Second)
	p.organisation.ChangePerson(person.AccountID, func(a *atlassiantest.Person) {
		used := atlassiantest.Access{Key: "confluence", ID: atlassiantest.SiteConfluence, LastActive: &now}
		at := slices.IndexFunc(a.ProductAccess, func(a atlassiantest.Access) bool { return a.Key == used.Key })
		if at < 0 {
			a.ProductAccess = append(a.ProductAccess, used)
			return
		}
		used.ID = a.ProductAccess[at].ID
		a.ProductAccess[at] = used
	})
	seen := p.readChannel()
	p.mu.Lock()
	defer p.mu.Unlock()
	if seen.listed[person.AccountID] {
		p.tour.active, p.tour.activeName = person.AccountID, person.Name
	}
	return person.Name + " used Confluence just now."
}

// faultSwitch is a failure of Atlassian that can be turned on and off.
type faultSwitch struct {
	Name, Label, Hint string
	On                bool
	faults            []atlassiantest.Fault
}

// always is the count of a fault that does not expire.
const always = -1

func faultSwitches() []faultSwitch {
	return []faultSwitch{
		{Name: "storm", Label: "Too many requests", Hint: "Every request gets a 429.", faults: []atlassiantest.Fault{
			{Route: "*", Count: always, Status: http.StatusTooManyRequests, RetryAfter: "2"},
		}},
		{Name: "outage", Label: "Outage", Hint: "Every request gets a 503.", faults: []atlassiantest.Fault{
			{Route: "*", Count: always, Status: http.StatusServiceUnavailable},
		}},
		{Name: "lost", Label: "Lost responses", Hint: "Suspending and restoring work, but no response arrives.", faults: []atlassiantest.Fault{
			{Route: "POST suspend", Count: always, Cut: atlassiantest.CutAfter},
			{Route: "POST restore", Count: always, Cut: atlassiantest.CutAfter},
		}},
	}
}

// faults returns the switches with their current states.
func (p *panel) faults() []faultSwitch {
	set := p.organisation.Faults()
	all := faultSwitches()
	for i := range all {
		all[i].On = slices.ContainsFunc(set, all[i].has)
	}
	return all
}

// has reports whether the fault belongs to the switch.
func (s *faultSwitch) has(f atlassiantest.Fault) bool {
	return slices.ContainsFunc(s.faults, func(own atlassiantest.Fault) bool {
		return own.Route == f.Route && own.Count == f.Count && own.Status == f.Status && own.Cut == f.Cut && own.RetryAfter == f.RetryAfter
	})
}

// switchFault toggles a switch. Faults set through the control API stay.
func (p *panel) switchFault(r *http.Request) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.faults() {
		switch {
		case s.Name != r.FormValue("name"):
			continue
		case !s.On:
			for _, f := range s.faults {
				if err := p.organisation.AddFault(f); err != nil {
					return ""
				}
			}
			return s.Label + ": on."
		}
		left := slices.DeleteFunc(p.organisation.Faults(), s.has)
		p.organisation.ClearFaults()
		for _, f := range left {
			if err := p.organisation.AddFault(f); err != nil {
				return ""
			}
		}
		return s.Label + ": off."
	}
	return ""
}

// disconnect ends the bot's connection to Slack, with or without notice.
func (p *panel) disconnect(r *http.Request) string {
	message := map[string]string{
		"refresh_requested": "Slack asked the bot to reconnect, as it does every few hours.",
		"cut":               "The bot's connection to Slack was cut.",
	}[r.FormValue("reason")]
	if message == "" {
		return ""
	}
	if err := p.workspace.Disconnect(slacktest.Disconnect{Reason: r.FormValue("reason")}); err != nil {
		return "The bot is not connected to Slack."
	}
	return message
}
