package acceptance_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
)

func sortedDeeds() []string { return slices.Sorted(maps.Keys(actKinds)) }

// delivered records when Slack delivered a decision.
func (h *history) delivered(user string, deliver func() slacktest.Result) {
	d := decision{user: user, from: time.Now()}
	deliver()
	d.until = time.Now()
	h.decided = append(h.decided, d)
}

func (h *history) say(user, text string) {
	h.delivered(user, func() slacktest.Result {
		return h.slack.Command(slacktest.Command{User: user, Channel: h.settings.Channel, Command: "/inactive", Text: text})
	})
}

// reports returns the messages of reports, newest first.
func (h *history) reports() (out []slacktest.Message) {
	for _, m := range slices.Backward(h.top()) {
		if m.Metadata["event_type"] == "inactivebot_report" {
			out = append(out, m)
		}
	}
	return out
}

// facing returns the message in which a person presses: mostly the newest
// report.
func (h *history) facing(a act) slacktest.Message {
	all := h.reports()
	switch {
	case len(all) == 0:
		return slacktest.Message{}
	case a.on < 9:
		return all[0]
	}
	return all[a.on%len(all)]
}

// presses presses a button, one that is there where there is one.
func (h *history) presses(a act, action string) {
	m := h.facing(a)
	values := buttons(m, action)
	if len(values) == 0 {
		values = forgedValues(h, a)[:3]
	}
	h.pressed(a.user(), m, action, values[a.how%len(values)])
}

func (h *history) pressed(user string, m slacktest.Message, action, value string) {
	h.delivered(user, func() slacktest.Result {
		return h.slack.Press(slacktest.Press{User: user, Channel: h.settings.Channel, TS: m.TS, ActionID: action, Value: value})
	})
}

// submits submits the topmost modal of a person.
func (h *history) submits(a act) {
	views := h.slack.Views(a.user())
	if len(views) == 0 {
		return
	}
	v := views[len(views)-1]
	sub := slacktest.Submit{User: a.user(), ViewID: v.ID}
	if offers := options(v); len(offers) > 0 {
		how := "now"
		if strings.HasPrefix(offers[a.how%len(offers)], "all") {
			how = "all"
		}
		sub.Values = map[string]map[string]map[string]any{"how_many": {"choice": choice(how)["how_many"].(map[string]any)["choice"].(map[string]any)}}
	}
	h.delivered(a.user(), func() slacktest.Result { return h.slack.Submit(sub) })
}

// confirms presses a button and submits the modal that it opens.
func (h *history) confirms(a act, action string) {
	h.presses(a, action)
	h.pass(time.Second)
	h.submits(a)
}

func (h *history) approves(a act) { h.confirms(a, "suspend_all") }

// approvesForged submits a modal that claims that all people may be suspended
// at once.
func (h *history) approvesForged(a act) {
	h.presses(a, "suspend_all")
	h.pass(time.Second)
	h.forgesSubmission(act{who: a.who, how: 1})
}

func (h *history) approvesDuringScan(a act) {
	h.say(a.user(), "scan")
	h.approves(a)
}

func (h *history) approvesThenStops(a act) {
	h.approves(a)
	h.pass(time.Duration(a.how) * 300 * time.Millisecond)
	h.presses(a, "stop")
}

func (h *history) agrees(a act) { h.confirms(a, "second_approve") }

// scansOff makes a report that looks wrong: the clocks did not agree.
func (h *history) scansOff(a act) {
	h.must(h.org.Configure(atlassiantest.OrgSettings{ClockSkewS: new(600)}))
	h.say(a.user(), "scan")
	h.pass(20 * time.Second)
	h.must(h.org.Configure(atlassiantest.OrgSettings{ClockSkewS: new(0)}))
}

// overridesAsTwo lets two people say one after the other that a report is right
// which looks wrong.
func (h *history) overridesAsTwo(a act) {
	h.scansOff(act{who: "approver"})
	a.on = 0 // the newest report.
	h.confirms(a, "override")
	a.who = actors[a.how%len(actors)]
	h.confirms(a, "override")
}

// anyone returns a person, mostly one whom reports list.
func (h *history) anyone(a act) string { return h.people[a.on%len(h.people)] }

// forgedValues are values that a button might have, numbers of reports and
// batches first. Those of an older version carry no installation.
func forgedValues(h *history, a act) []string {
	who := h.anyone(a)
	all := []string{
		"1", "2", "1." + who, "2." + who, "3", "1." + h.people[len(h.people)-1-a.on], "99", "1.", "." + who, "-1", strings.Repeat("9", 30), who,
	}
	for i := range all {
		if (a.on+a.how)%3 > 0 {
			all[i] = h.sealed(all[i])
		}
	}
	return all
}

func (h *history) forges(a act) {
	all := []string{"suspend_all", "exclude", "undo_exclude", "restore", "undo_batch", "stop", "resume", "close", "second_approve", "override", "scan_again", "launch"}
	h.pressed(a.user(), h.facing(a), all[a.on], forgedValues(h, a)[a.how])
}

// forgesSubmission submits a modal that was never opened, or an open one
// changed to claim that all people may be suspended at once.
func (h *history) forgesSubmission(a act) {
	callback := []string{"suspend_confirm", "suspend_confirm", "restore_confirm", "undo_confirm", "override_confirm"}[a.on%5]
	private := forgedValues(h, a)[a.how]
	if callback == "suspend_confirm" {
		private = h.sealed(fmt.Sprintf(`{"r":%d,"h":"%x","n":40,"s":"//////////8"}`, 1+a.how%3, a.how))
		for _, user := range userIDs {
			for _, v := range h.slack.Views(user) {
				if v.CallbackID == callback && a.how%3 > 0 {
					private = strings.Replace(v.PrivateMetadata, `"n":`, `"n":4`, 1)
				}
			}
		}
	}
	h.delivered(a.user(), func() slacktest.Result { return h.send(submission(a.user(), callback, private, choice("now"))) })
}

// types is any other word after /inactive.
func (h *history) types(a act) {
	p, _ := h.org.Person(h.anyone(a))
	_, domain, _ := strings.Cut(p.Email, "@")
	group, soon := "group:"+strings.Join(p.Groups[:min(1, len(p.Groups))], ""), time.Now().AddDate(0, 0, 2).Format(time.DateOnly)
	words := []string{
		"exclude " + p.AccountID, "include " + p.AccountID, "exclude " + p.Email, "restore " + p.AccountID, "pause", "resume",
		"exclude " + p.AccountID + " until " + soon, "scan 30",
		"exclude " + group, "exclude domain:" + domain + " until " + soon, "include " + group, "resume",
	}
	h.say(a.user(), words[a.how])
}

func (h *history) comesBack(a act) {
	h.org.ChangePerson(h.anyone(a), func(p *atlassiantest.Person) {
		if len(p.ProductAccess) > 0 && p.Status == atlassiantest.StatusActive {
			p.ProductAccess[0].LastActive = new(time.Now().Add(-time.Minute))
		}
	})
}

func (h *history) rises(a act) {
	h.org.ChangePerson(h.anyone(a), func(p *atlassiantest.Person) {
		p.PlatformRoles = [][]string{{atlassiantest.RoleOrgAdmin}, {atlassiantest.RoleSiteAdmin}, {}}[a.how%3]
	})
}

// byHand changes a person at Atlassian, as an admin without the bot would.
func (h *history) byHand(account string, change func(*atlassiantest.Person)) {
	if h.org.ChangePerson(account, change) {
		h.hands = append(h.hands, manualChange{account, time.Now()})
	}
}

func (h *history) suspendedByHand(a act) {
	h.byHand(h.anyone(a), func(p *atlassiantest.Person) { p.Suspended = p.Suspended || p.Status == atlassiantest.StatusActive })
}

// restoredByHand restores a person by hand, mostly one whom the bot suspended.
func (h *history) restoredByHand(a act) {
	who := h.anyone(a)
	if ours := h.suspended(); len(ours) > 0 {
		who = ours[a.how%len(ours)]
	}
	h.byHand(who, func(p *atlassiantest.Person) { p.Suspended = false })
}

func (h *history) leaves(a act) {
	if who := h.anyone(a); h.org.RemovePerson(who) {
		h.hands = append(h.hands, manualChange{who, time.Now()})
	}
}

// changesMembership adds approver2 or the third person to the approver group,
// or removes them.
func (h *history) changesMembership(a act) {
	user := userIDs[[]string{"approver2", "third"}[a.on%2]]
	h.turn(user, a.how%3 == 0)
}

func (h *history) turn(user string, in bool) {
	h.group = append(h.group, membership{user, in, time.Now()})
	var now []string
	for _, u := range []string{userIDs["approver2"], userIDs["third"]} {
		if h.member(u, time.Now()) {
			now = append(now, u)
		}
	}
	h.slack.SetGroup(slacktest.Group{ID: h.slack.Group, Members: append(now, userIDs["guest"])})
}

// member reports whether a person was in the group at a time.
func (h *history) member(user string, at time.Time) (in bool) {
	for _, m := range h.group {
		if m.user == user && !m.at.After(at) {
			in = m.in
		}
	}
	return in
}

// mayHavePressed reports whether a person was an approver at any time in a
// period, or before it for as long as an answer of Slack may be cached.
func (h *history) mayHavePressed(user string, from, until time.Time) bool {
	if user == userIDs["approver"] {
		return true
	}
	from = from.Add(-time.Minute)
	changed := slices.ContainsFunc(h.group, func(m membership) bool {
		return m.user == user && m.in && m.at.After(from) && !m.at.After(until)
	})
	return changed || h.member(user, from)
}
