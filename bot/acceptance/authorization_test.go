package acceptance_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/handler"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

const (
	person    = "U0PERSON001" // the person who presses in the matrix.
	elsewhere = "C0ELSEWHERE" // a channel other than the admin channel.
	grid      = "E0EXAMPLE01"
)

// presser is a column of the matrix: one kind of person.
type presser struct {
	user     slacktest.User  // the test sets the id and the email.
	listed   bool            // among the approvers by id.
	group    bool            // a member of the approver group.
	channel  string          // where the person presses and types; empty: the admin channel.
	prepare  func(*scenario) // once, after the start.
	before   func(*scenario) // before each press.
	cause    string          // the reason of the refusal, empty for an approver.
	says     string          // a part of the refusal's text.
	messages bool            // only message buttons are refused.
}

const home = "T0INACTIVE1"

var pressers = map[string]presser{
	"approver by id":    {listed: true},
	"approver by group": {group: true},
	"member":            {cause: "not_approver", says: "Only approvers"},
	"guest":             {listed: true, user: slacktest.User{IsGuest: true}, cause: "guest", says: "Guests cannot be approvers"},
	"deactivated":       {listed: true, user: slacktest.User{Deleted: true}, cause: "deactivated", says: "deactivated"},
	"bot":               {listed: true, user: slacktest.User{IsBot: true}, cause: "bot", says: "Bots cannot be approvers"},
	"Slack Connect outsider": {
		listed: true, user: slacktest.User{TeamID: "T0ELSEWHERE", EnterpriseID: "E0ANOTHER01"}, cause: "outsider", says: "outside this workspace",
	},
	"sister workspace of the Grid": {listed: true, user: slacktest.User{TeamID: "T0SISTER001", EnterpriseID: grid}},
	"approver in another channel":  {listed: true, channel: elsewhere, messages: true, cause: "wrong_channel", says: "work only in"},
	"removed from the group a minute ago": {
		group: true, cause: "not_approver", says: "Only approvers", prepare: func(s *scenario) {
			s.command(person, "report")
			if told := s.told(person); len(told) != 1 || strings.Contains(told[0], "Only approvers") {
				s.t.Errorf("a member of the group is answered %q", told)
			}
			s.slack.SetGroup(slacktest.Group{ID: s.slack.Group})
			s.pass(time.Minute)
		},
	},
	"group look-up failing": {
		group: true, cause: "not_sure", says: "try again", before: func(s *scenario) {
			if err := s.slack.Fault(slacktest.Fault{Method: "usergroups.users.list", Count: 1000, Error: "internal_error"}); err != nil {
				s.t.Error(err)
			}
			s.pass(time.Minute) // an answer counts for a minute.
		},
	},
}

// TestWhoMay tries every button, modal and command as each kind of person. An
// approver is accepted. Anyone else gets the reason of the refusal, the audit
// log records it, and nothing else changes.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	for name, who := range pressers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			change := func(s *bot.Settings) {
				s.Approvers, s.ApproverGroup, s.MaxSuspend = []string{"U0APPROVER1", "U0APPROVER2"}, "S0APPROVERS", 3
				if who.listed {
					s.Approvers = append(s.Approvers, person)
				}
			}
			org := atlassiantest.Options{Users: 120, Candidates: 12}
			inWorkspace(t, org, slacktest.Options{EnterpriseID: grid}, change, func(w *world) {
				s := &scenario{world: w, presser: who}
				s.begin()
				for _, row := range matrix {
					s.checkRow(row)
				}
			})
		})
	}
}

// TestEveryHandlerHasItsRow fails if a button, modal or command has no row in
// the matrix.
func TestEveryHandlerHasItsRow(t *testing.T) {
	t.Parallel()
	want := map[string]bool{}
	for kind, names := range handler.Actions() {
		for _, name := range names {
			want[kind+" "+name] = true
		}
	}
	for _, row := range matrix {
		kind := row.kind
		if !want[kind+" "+row.what] {
			t.Errorf("the matrix has a row for %s %s, which has no handler", kind, row.what)
		}
		delete(want, kind+" "+row.what)
	}
	for missing := range want {
		t.Errorf("%s has no row in the matrix", missing)
	}
}

// checkRow runs one row as the person of the matrix. If the press is refused, an
// approver repeats it, so that the next rows find their state.
func (s *scenario) checkRow(row row) {
	if row.stage != nil {
		row.stage(s)
	}
	if s.before != nil {
		s.before(s)
	}
	s.pass(20 * time.Second)
	was := s.observe()
	got := row.press(s, person)
	s.pass(3 * time.Second)
	if !got.OK || got.AckMS >= 3000 {
		s.t.Errorf("%s %s: ack %+v", row.kind, row.what, got)
	}
	if row.kind == "open" || !s.refused(row) {
		s.accepted(row, was, got)
		return
	}
	s.checkRefusal(row, was, got)
	s.slack.ClearFaults()
	was = s.observe()
	s.acceptedFrom(row, s.slack.Users.Approver2, was, row.press(s, s.slack.Users.Approver2))
}

// refused reports whether the matrix expects the row to be refused.
func (s *scenario) refused(row row) bool {
	return s.cause != "" && (!s.messages || row.kind == "button" && !row.modal)
}

// observed is the state that a refused press must not change, and the places where
// its refusal appears.
type observed struct {
	digest, orgState string
	lines            []storage.AuditEntry
	told             int
	messages         int
}

func (s *scenario) observe() observed {
	digest, lines := s.snapshot()
	return observed{digest, s.orgState(), lines, len(s.told(person)), len(s.slack.Messages(s.settings.Channel))}
}

func (s *scenario) checkRefusal(row row, was observed, got slacktest.Result) {
	s.t.Helper()
	is, at := s.observe(), row.kind+" "+row.what
	if is.digest != was.digest || is.orgState != was.orgState || is.messages != was.messages || len(s.slack.Views(person)) != 0 {
		s.t.Errorf("%s: a refused press changed something: database %t, organisation %t, messages %d before and %d after", at, is.digest != was.digest, is.orgState != was.orgState, was.messages, is.messages)
	}
	texts := s.told(person)[was.told:]
	if row.kind == "submit" {
		texts = append(texts, string(got.Response))
	}
	if len(texts) != 1 || !strings.Contains(texts[0], s.says) || !strings.Contains(texts[0], "Nothing was changed") {
		s.t.Errorf("%s: answered %q, want one answer with %q", at, texts, s.says)
	}
	if n := len(is.lines) - len(was.lines); n != 1 {
		s.t.Errorf("%s: %d new audit entries, want 1 refusal", at, n)
		return
	}
	if l := is.lines[0]; l.Actor != person || l.Action != "refused" || l.Outcome != s.cause || l.Detail["press"] != row.what {
		s.t.Errorf("%s: the audit entry is %+v, want a refusal with %s", at, l, s.cause)
	}
}

func (s *scenario) accepted(row row, was observed, got slacktest.Result) {
	s.t.Helper()
	s.acceptedFrom(row, person, was, got)
	if others := s.slack.Messages(elsewhere); len(others) != 0 {
		s.t.Errorf("%s %s: %d messages in another channel", row.kind, row.what, len(others))
	}
	if row.opens {
		s.slack.CloseView(person, s.modal(person, row.what).ID)
	}
	if told := s.told(person); !row.opens && (row.kind == "open" || row.kind == "command") {
		if len(told) == was.told || strings.Contains(told[len(told)-1], "Nothing was changed") {
			s.t.Errorf("%s %s: answered %q", row.kind, row.what, told[was.told:])
		}
	}
}

func (s *scenario) acceptedFrom(row row, user string, was observed, got slacktest.Result) {
	s.t.Helper()
	s.pass(10 * time.Second)
	is, at := s.observe(), row.kind+" "+row.what+" by "+user
	if strings.Contains(string(got.Response), "Nothing was changed") {
		s.t.Errorf("%s is refused: %s", at, got.Response)
	}
	fresh := is.lines[:len(is.lines)-len(was.lines)]
	if i := slices.IndexFunc(fresh, func(l storage.AuditEntry) bool { return l.Action == "refused" }); i >= 0 {
		s.t.Errorf("%s is refused: %+v", at, fresh[i])
	}
	if row.changes && is.digest == was.digest {
		s.t.Errorf("%s changed nothing", at)
	}
}
