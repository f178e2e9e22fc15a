package acceptance_test

import (
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
)

// spoilsAtlassian makes something go wrong at Atlassian.
func (h *history) spoilsAtlassian(a act) {
	n := 1 + a.on%4
	limit := atlassiantest.Fault{Route: "*", Count: 3 * n, Status: 429, RetryAfter: "20"}
	if n%2 == 0 {
		limit.Route, limit.RetryAfter = "POST suspend", "100"
	}
	faults := []atlassiantest.Fault{
		{Route: "POST suspend", Count: n, Status: 500},
		{Route: "POST suspend", Count: 1, Cut: "after", Skip: n - 1},
		{Route: "POST suspend", Count: n, Cut: "before"},
		{Route: "POST suspend", Count: n, Status: 403},
		limit,
		{Route: "*", Count: 6 * n, DelayMS: 1500},
		{Route: "POST users/search", Count: n, Status: 500},
		{Route: "GET last-active-dates", Count: n, Cut: "before"},
		{Route: "POST suspend", Count: 1, Hold: true, Cut: "after"},
		{Route: "POST restore", Count: n, Cut: "after"},
		{Route: "*", Count: 2 * n, Status: 401},
	}
	if a.how < len(faults) {
		h.must(h.org.AddFault(faults[a.how]))
		return
	}
	h.must(h.org.Configure(atlassiantest.OrgSettings{VisibleAfterMS: new([]int{0, 5_000, 40_000, 150_000}[n-1])}))
}

// spoilsSlack makes something go wrong at Slack.
func (h *history) spoilsSlack(a act) {
	n := 1 + a.on%4
	faults := []slacktest.Fault{
		{Method: "users.info", Count: n, Error: "internal_error"},
		{Method: "usergroups.users.list", Count: n, Status: 500},
		{Method: "chat.postMessage", Count: n, Cut: "after"},
		{Method: "chat.postMessage", Count: n, Cut: "before"},
		{Method: "chat.update", Count: n, Status: 500},
		{Method: "chat.update", Count: n, Status: 429, RetryAfter: 10},
		{Method: "*", Count: n, DelayMS: 1200},
		{Envelope: "duplicate", Count: n},
		{Envelope: "duplicate_new_id", Count: n},
		{Envelope: "drop_ack", Count: 1},
		{Method: "views.open", Count: n, Error: "internal_error"},
	}
	if a.how < len(faults) {
		h.must(h.slack.Fault(faults[a.how]))
		return
	}
	h.must(h.slack.Disconnect(slacktest.Disconnect{Reason: []string{"warning", "refresh_requested", "cut", "cut"}[n-1]}))
}

func (h *history) must(err error) {
	if err != nil {
		h.t.Fatal(err)
	}
}

// heal ends everything that goes wrong on either side.
func (h *history) heal() {
	h.org.ClearFaults()
	h.org.Release()
	h.slack.ClearFaults()
	h.slack.Release()
	h.must(h.org.Configure(atlassiantest.OrgSettings{VisibleAfterMS: new(0)}))
	h.answersAgree()
}

func (h *history) restarts(act) {
	h.finish()
	h.start()
}

func (h *history) kills(act) {
	h.die()
	h.start()
}

// awayFor kills the bot and starts it again hours later, sometimes after more
// than a day.
func (h *history) awayFor(a act) {
	h.die()
	h.pass(time.Duration(1+a.how*3) * time.Hour)
	h.start()
}

// end lets everything settle as people would: all faults end, pauses are
// lifted, stopped batches are resumed, those waiting for a second approver are
// withdrawn, and two last scans read everyone.
func (h *history) end() {
	h.heal()
	h.finish()
	h.start()
	h.deliversLate()
	h.say(userIDs["approver"], "resume")
	for range 6 {
		h.pass(3 * time.Minute)
		idle := true
		for _, m := range h.reports() {
			waits := buttons(m, "second_approve")
			for _, batch := range buttons(m, "resume") {
				h.pressed(userIDs["approver"], m, "resume", batch)
				idle = false
			}
			for _, batch := range waits {
				h.pressed(userIDs["approver"], m, "close", batch)
				idle = false
			}
		}
		if idle {
			break
		}
	}
	for range 2 { // one read is no proof that a person was restored elsewhere.
		h.pass(15 * time.Minute)
		h.say(userIDs["approver"], "scan")
		h.pass(3 * time.Minute)
	}
	h.finish()
	h.slack.Close()
	h.base.Close()
}
