package acceptance_test

import (
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// plan is a history before it runs.
type plan struct {
	seed    int64         // of the organisation.
	latency time.Duration // of each request to Atlassian, half of it in each direction.
	daily   bool          // a report a day, which lives for 20 hours, instead of one a week.
	acts    []act
}

// plans draws a history.
var plans = rapid.Custom(func(t *rapid.T) plan {
	latencies := []time.Duration{0, 200 * time.Millisecond, 700 * time.Millisecond, 2 * time.Second}
	return plan{
		seed: rapid.Int64Range(1, 5).Draw(t, "organisation"), latency: rapid.SampledFrom(latencies).Draw(t, "latency"),
		daily: rapid.Bool().Draw(t, "daily"), acts: rapid.SliceOfN(acts, 6, 24).Draw(t, "acts"),
	}
})

func (p plan) String() string {
	lines := []string{fmt.Sprintf("in organisation %d, latency %s, daily %t", p.seed, p.latency, p.daily)}
	for _, a := range p.acts {
		lines = append(lines, a.String())
	}
	return strings.Join(lines, "\n")
}

// GoString keeps what rapid prints of a drawn history as short as it is.
func (p plan) GoString() string { return fmt.Sprintf("%d acts", len(p.acts)) }

// act is one event and the time that passes after it. The meaning of on and how
// depends on what.
type act struct {
	what, who string
	on, how   int
	then      time.Duration
}

func (a act) String() string {
	return fmt.Sprintf("%s %s (on %d, how %d), then %s", a.who, a.what, a.on, a.how, a.then)
}

func (a act) do(h *history) {
	actKinds[a.what].do(h, a)
	h.pass(a.then)
}

// actKind is a kind of act and how often it is drawn.
type actKind struct {
	often int
	do    func(*history, act)
}

// actKinds lists everything that can happen.
var actKinds = map[string]actKind{
	"approves":                     {10, (*history).approves},
	"agrees as the second":         {6, (*history).agrees},
	"opens the suspend modal":      {5, func(h *history, a act) { h.presses(a, "suspend_all") }},
	"submits what is open":         {6, (*history).submits},
	"excludes somebody":            {5, func(h *history, a act) { h.presses(a, "exclude") }},
	"undoes an exclusion":          {3, func(h *history, a act) { h.presses(a, "undo_exclude") }},
	"approves in a forged modal":   {3, (*history).approvesForged},
	"approves during a scan":       {3, (*history).approvesDuringScan},
	"approves, then stops":         {4, (*history).approvesThenStops},
	"presses stop":                 {3, func(h *history, a act) { h.presses(a, "stop") }},
	"presses resume":               {4, func(h *history, a act) { h.presses(a, "resume") }},
	"presses close":                {2, func(h *history, a act) { h.presses(a, "close") }},
	"restores somebody":            {3, func(h *history, a act) { h.confirms(a, "restore") }},
	"undoes the batch":             {2, func(h *history, a act) { h.confirms(a, "undo_batch") }},
	"scans with a wrong clock":     {3, (*history).scansOff},
	"overrides the lock as two":    {4, (*history).overridesAsTwo},
	"overrides the lock":           {2, func(h *history, a act) { h.confirms(a, "override") }},
	"presses scan again":           {1, func(h *history, a act) { h.presses(a, "scan_again") }},
	"forges a press":               {4, (*history).forges},
	"forges a submission":          {4, (*history).forgesSubmission},
	"is delivered once more":       {5, (*history).deliversAgain},
	"presses, and Slack is late":   {4, (*history).pressesEarly},
	"gets what was late":           {3, func(h *history, _ act) { h.deliversLate() }},
	"types":                        {7, (*history).types},
	"types scan":                   {5, func(h *history, a act) { h.say(a.user(), "scan") }},
	"uses Confluence again":        {4, (*history).comesBack},
	"becomes an administrator":     {3, (*history).rises},
	"is suspended by hand":         {2, (*history).suspendedByHand},
	"is restored by hand":          {3, (*history).restoredByHand},
	"leaves the organisation":      {1, (*history).leaves},
	"leaves or joins the group":    {3, (*history).changesMembership},
	"finds Atlassian failing":      {8, (*history).spoilsAtlassian},
	"finds other answers":          {8, (*history).answersDiffer},
	"approves, answers differ":     {4, (*history).approvesAnswersDiffer},
	"restores, reads are old":      {3, (*history).restoresReadsOld},
	"finds Slack failing":          {5, (*history).spoilsSlack},
	"finds all well":               {2, func(h *history, _ act) { h.heal() }},
	"lets a day pass":              {2, func(h *history, _ act) { h.pass(25 * time.Hour) }},
	"lets three days pass":         {1, func(h *history, _ act) { h.pass(73 * time.Hour) }},
	"restarts the bot":             {2, (*history).restarts},
	"kills the bot":                {5, (*history).kills},
	"kills the bot for good while": {2, (*history).awayFor},
}

// actors lists who acts; those who matter most are listed more than once.
var actors = []string{"approver", "approver2", "approver", "approver2", "approver", "third", "member", "guest", "outsider"}

var userIDs = map[string]string{
	"approver": "U0APPROVER1", "approver2": "U0APPROVER2", "third": "U0THIRD0001",
	"member": "U0MEMBER001", "guest": "U0GUEST0001", "outsider": "U0OUTSIDER1",
}

func (a act) user() string { return userIDs[a.who] }

// pauses lists the time between two acts. Most are short, so that acts overlap.
var pauses = []time.Duration{
	0, 300 * time.Millisecond, time.Second, 2 * time.Second, 3 * time.Second, 5 * time.Second, 20 * time.Second, 70 * time.Second, 4 * time.Minute, 12 * time.Minute,
	0, 300 * time.Millisecond, time.Second, 2 * time.Second, 3 * time.Second, 5 * time.Second, 20 * time.Second, 70 * time.Second, time.Hour, 3 * time.Hour,
}

// acts draws one act.
var acts = rapid.Custom(func(t *rapid.T) act {
	return act{
		what: rapid.SampledFrom(likely).Draw(t, "what"), who: rapid.SampledFrom(actors).Draw(t, "who"),
		on: rapid.IntRange(0, 11).Draw(t, "on"), how: rapid.IntRange(0, 11).Draw(t, "how"), then: rapid.SampledFrom(pauses).Draw(t, "then"),
	}
})

// likely has every kind of act as often as it is drawn.
var likely = func() (all []string) {
	for _, what := range sortedDeeds() {
		for range actKinds[what].often {
			all = append(all, what)
		}
	}
	return all
}()
