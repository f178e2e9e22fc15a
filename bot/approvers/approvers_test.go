package approvers_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/bot/approvers"
	"inactivebot/bot/monitor"
	"inactivebot/bot/pipenet"
	"inactivebot/bot/slackapi"
	"inactivebot/bot/slacktest"
)

const (
	home  = "T0INACTIVE1"
	ada   = "U0APPROVER1"
	ben   = "U0APPROVER2"
	carl  = "U0CARL00001"
	group = "S0APPROVERS"
)

// workspace is a simulated workspace with a client of it, in a bubble of virtual
// time.
type workspace struct {
	*slacktest.Server
	t   *testing.T
	api *slack.Client
}

// inWorkspace runs a test in a workspace in which Carl is a member, too.
func inWorkspace(t *testing.T, test func(*workspace)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := slacktest.New(slacktest.Options{NoRateLimits: true})
		n := pipenet.New(map[string]http.Handler{"slack.test": server})
		client := slackapi.New(slackapi.Config{
			BotToken: server.BotToken, AppToken: server.AppToken, APIURL: "http://slack.test/api/",
			Client: &http.Client{Transport: n.Transport, Timeout: 15 * time.Second}, Metrics: monitor.NewMetrics(),
		})
		w := &workspace{Server: server, t: t, api: client.Client}
		server.SetUser(slacktest.User{ID: carl, Name: "carl", TeamID: home, Email: "carl@example.com"})
		test(w)
		server.Close()
		n.Close()
	})
}

// approvers returns the approvers of the settings.
func (w *workspace) approvers(ids []string, group string) *approvers.Approvers {
	a := approvers.New(w.api, nil, ids, group)
	a.SetHome(home, "")
	return a
}

// fail makes the calls of a method fail, after some that work.
func (w *workspace) fail(method string, after int) {
	w.t.Helper()
	if err := w.Fault(slacktest.Fault{Method: method, Skip: after, Count: 1000, Error: "internal_error"}); err != nil {
		w.t.Fatal(err)
	}
}

// TestJudge checks who may press: a listed person or a member of the group, and
// no guest, bot, outsider or deactivated person.
func TestJudge(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*slacktest.User)
		want   approvers.Verdict
	}{
		"a member":               {func(*slacktest.User) {}, approvers.Allowed},
		"a guest":                {func(u *slacktest.User) { u.IsGuest = true }, approvers.Guest},
		"a single-channel one":   {func(u *slacktest.User) { u.IsUltraRestricted = true }, approvers.Guest},
		"a stranger":             {func(u *slacktest.User) { u.IsStranger = true }, approvers.Outsider},
		"of another workspace":   {func(u *slacktest.User) { u.TeamID = "T0ELSEWHERE" }, approvers.Outsider},
		"a deactivated stranger": {func(u *slacktest.User) { u.IsStranger, u.Deleted = true, true }, approvers.Outsider},
		"deactivated":            {func(u *slacktest.User) { u.Deleted = true }, approvers.Deactivated},
		"erased":                 {func(u *slacktest.User) { u.IsForgotten = true }, approvers.Deactivated},
		"a bot":                  {func(u *slacktest.User) { u.IsBot = true }, approvers.Bot},
	} {
		t.Run(name, func(t *testing.T) {
			inWorkspace(t, func(w *workspace) {
				u := slacktest.User{ID: carl, Name: "carl", TeamID: home}
				test.change(&u)
				w.SetUser(u)
				w.SetGroup(slacktest.Group{ID: group, Members: []string{carl}})
				if got := w.approvers([]string{carl}, "").Judge(w.t.Context(), carl); got != test.want {
					t.Errorf("listed: %q, want %q", got, test.want)
				}
				if got := w.approvers(nil, group).Judge(w.t.Context(), carl); (got == approvers.Allowed) != (test.want == approvers.Allowed) {
					t.Errorf("in the group: %q, want %q or no approver", got, test.want)
				}
				if got := w.approvers([]string{ada}, "").Judge(w.t.Context(), carl); got != approvers.NotApprover {
					t.Errorf("neither listed nor in the group: %q", got)
				}
			})
		})
	}
}

// TestJudgeProfile checks each mark of a profile alone, as Slack may set it without
// the others, and that on a Grid the enterprise counts.
func TestJudgeProfile(t *testing.T) {
	t.Parallel()
	const grid = "E0EXAMPLE01"
	of := func(team, enterprise string, change func(*slack.User)) slack.User {
		u := slack.User{ID: carl, TeamID: team, Enterprise: slack.EnterpriseUser{EnterpriseID: enterprise}}
		change(&u)
		return u
	}
	none := func(*slack.User) {}
	for name, test := range map[string]struct {
		enterprise string // the bot's own.
		user       slack.User
		want       approvers.Verdict
	}{
		"a member":                          {"", of(home, "", none), approvers.Allowed},
		"restricted alone":                  {"", of(home, "", func(u *slack.User) { u.IsRestricted = true }), approvers.Guest},
		"ultra-restricted alone":            {"", of(home, "", func(u *slack.User) { u.IsUltraRestricted = true }), approvers.Guest},
		"a stranger of this workspace":      {"", of(home, "", func(u *slack.User) { u.IsStranger = true }), approvers.Outsider},
		"a stranger of this enterprise":     {grid, of("T0SISTER001", grid, func(u *slack.User) { u.IsStranger = true }), approvers.Outsider},
		"a sister workspace of the Grid":    {grid, of("T0SISTER001", grid, none), approvers.Allowed},
		"another enterprise":                {grid, of("T0SISTER001", "E0ANOTHER01", none), approvers.Outsider},
		"no enterprise, and none of ours":   {"", of("T0ELSEWHERE", "", none), approvers.Outsider},
		"an enterprise, and we are on none": {"", of("T0ELSEWHERE", grid, none), approvers.Outsider},
		"no workspace":                      {"", of("", "", none), approvers.Outsider},
	} {
		t.Run(name, func(t *testing.T) {
			a := approvers.New(nil, nil, nil, "")
			a.SetHome(home, test.enterprise)
			if got := a.JudgeProfile(test.user); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestJudgeWithoutAnAnswer checks that a look-up that fails is a refusal, and that
// a definite no about one id, or about the group, is about that alone.
func TestJudgeWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fail  string // the method without an answer.
		ids   []string
		group string
		user  string
		want  approvers.Verdict
	}{
		"the profile":                   {"users.info", []string{ada}, "", ada, approvers.LookupFailed},
		"the group":                     {"usergroups.users.list", nil, group, ada, approvers.LookupFailed},
		"the group, of a listed person": {"usergroups.users.list", []string{ada}, group, ada, approvers.Allowed},
		"a group, and none is set":      {"usergroups.users.list", []string{ada}, "", ben, approvers.NotApprover},
		"a profile that is not needed":  {"users.info", []string{ada}, "", ben, approvers.NotApprover},
		"an unknown user":               {"", []string{"U0NOBODY999"}, "", "U0NOBODY999", approvers.NotApprover},
		"an unknown group":              {"", nil, "S0NOWHERE", ada, approvers.NotApprover},
		"an unknown group, a listed id": {"", []string{ada}, "S0NOWHERE", ada, approvers.Allowed},
		"nobody":                        {"", []string{"", ada}, "", "", approvers.NotApprover},
	} {
		t.Run(name, func(t *testing.T) {
			inWorkspace(t, func(w *workspace) {
				if test.fail != "" {
					w.fail(test.fail, 0)
				}
				if got := w.approvers(test.ids, test.group).Judge(w.t.Context(), test.user); got != test.want {
					t.Errorf("%q, want %q", got, test.want)
				}
			})
		})
	}
}

// TestOthers checks which other people may press: an approver about whom Slack
// does not answer is neither one of them nor none.
func TestOthers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ids   []string
		group string
		fail  string // the method without an answer.
		after int    // how often it works before.
		want  []string
		sure  bool
	}{
		"alone":                              {ids: []string{ada}, sure: true},
		"twice":                              {ids: []string{ada, ada}, sure: true},
		"another one":                        {ids: []string{ada, ben}, want: []string{ben}, sure: true},
		"a guest":                            {ids: []string{ada, "U0GUEST0001"}, sure: true},
		"an unknown id":                      {ids: []string{ada, "U0NOBODY999"}, sure: true},
		"the group":                          {ids: []string{ada}, group: group, want: []string{ben}, sure: true},
		"another one is not known":           {ids: []string{ada, ben}, fail: "users.info"},
		"a guest and one who is not known":   {ids: []string{ada, "U0GUEST0001", "U0ZOE000001"}, fail: "users.info", after: 1},
		"an unknown id and one not known":    {ids: []string{ada, "U0AUNKNOWN1", "U0GUEST0001"}, fail: "users.info", after: 1},
		"one and another who is not known":   {ids: []string{ada, ben, carl}, fail: "users.info", after: 1, want: []string{ben}, sure: true},
		"the group is not known":             {ids: []string{ada}, group: group, fail: "usergroups.users.list"},
		"the group is not known, another is": {ids: []string{ada, ben}, group: group, fail: "usergroups.users.list"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorkspace(t, func(w *workspace) {
				if test.fail != "" {
					w.fail(test.fail, test.after)
				}
				a := w.approvers(test.ids, test.group)
				got, more, err := a.Others(w.t.Context(), ada, 5)
				if !slices.Equal(got, test.want) || more || (err == nil) != test.sure {
					t.Errorf("Others: %v, %t and %v, want %v, sure: %t", got, more, err, test.want, test.sure)
				}
				has, err := a.HasOther(w.t.Context(), ada)
				if has != (len(test.want) > 0) || (err == nil) != test.sure {
					t.Errorf("HasOther: %t and %v, want %t, sure: %t", has, err, len(test.want) > 0, test.sure)
				}
			})
		})
	}
}

// TestOthersOfALargeGroup checks that a whole group is not looked at, and that
// people who were not looked at may be others.
func TestOthersOfALargeGroup(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		guests, members, most int
		want                  int
		more                  bool
	}{
		"as many as wanted":         {0, 2, 2, 2, false},
		"more than wanted":          {0, 3, 2, 2, true},
		"twenty guests":             {20, 0, 2, 0, false},
		"twenty guests and one":     {20, 1, 2, 0, true},
		"nineteen guests and one":   {19, 1, 2, 1, false},
		"nineteen guests and three": {19, 3, 2, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			inWorkspace(t, func(w *workspace) {
				ids := []string{ada}
				for i := range test.guests + test.members {
					id := fmt.Sprintf("U0OTHER%04d", i)
					w.SetUser(slacktest.User{ID: id, Name: id, TeamID: home, IsGuest: i < test.guests})
					ids = append(ids, id)
				}
				got, more, err := w.approvers(ids, "").Others(w.t.Context(), ada, test.most)
				if len(got) != test.want || more != test.more || err != nil {
					t.Errorf("%v, more: %t and %v, want %d, more: %t", got, more, err, test.want, test.more)
				}
			})
		})
	}
}

// TestAnAnswerCountsForAMinute checks the cache: who is removed from the group may
// press for a minute at most, also when presses renew the answer before.
func TestAnAnswerCountsForAMinute(t *testing.T) {
	t.Parallel()
	for _, renews := range []bool{false, true} {
		t.Run(fmt.Sprint("renewed in the background: ", renews), func(t *testing.T) {
			inWorkspace(t, func(w *workspace) {
				a := w.approvers(nil, group)
				if renews {
					a.Background = func(run func(context.Context)) { go run(context.Background()) }
				}
				began := time.Now()
				check := func(at time.Duration, want approvers.Verdict) {
					t.Helper()
					<-time.After(time.Until(began.Add(at)))
					got := a.Judge(w.t.Context(), ben)
					synctest.Wait()
					if got != want {
						t.Errorf("after %s: %q, want %q", at, got, want)
					}
				}
				check(0, approvers.Allowed)
				w.SetGroup(slacktest.Group{ID: group, Members: []string{ada}})
				check(45*time.Second, approvers.Allowed)
				check(46*time.Second, approvers.Allowed)
				next := approvers.Allowed
				if renews {
					next = approvers.NotApprover
				}
				check(59*time.Second, next)
				check(time.Minute, approvers.NotApprover)
				check(3*time.Minute, approvers.NotApprover)
			})
		})
	}
}

// TestAll checks that everyone who is listed or in the group is named once.
func TestAll(t *testing.T) {
	t.Parallel()
	inWorkspace(t, func(w *workspace) {
		got, err := w.approvers([]string{carl, ada}, group).All(w.t.Context())
		if want := []string{ada, ben, carl}; !slices.Equal(got, want) || err != nil {
			t.Errorf("%v and %v, want %v", got, err, want)
		}
	})
}

// TestOneLookUpAtATime checks that presses at the same time ask Slack once, and
// that each waits only as long as its time allows.
func TestOneLookUpAtATime(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		delay int // milliseconds.
		want  approvers.Verdict
	}{
		"an answer in time": {1000, approvers.Allowed},
		"too late":          {1600, approvers.LookupFailed},
	} {
		t.Run(name, func(t *testing.T) {
			inWorkspace(t, func(w *workspace) {
				if err := w.Fault(slacktest.Fault{Method: "users.info", Count: 1, DelayMS: test.delay}); err != nil {
					t.Fatal(err)
				}
				w.fail("users.info", 0) // the second one.
				a := w.approvers([]string{ada}, "")
				got := make(chan approvers.Verdict, 2)
				for range cap(got) {
					go func() { got <- a.Judge(w.t.Context(), ada) }()
				}
				for range cap(got) {
					if v := <-got; v != test.want {
						t.Errorf("%q, want %q", v, test.want)
					}
				}
			})
		})
	}
}
