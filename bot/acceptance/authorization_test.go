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
	person    = "U0PERSON001" // who the matrix is about.
	elsewhere = "C0ELSEWHERE" // a channel that is not the bot's.
	grid      = "E0EXAMPLE01"
)

// presser is a column of the matrix: a person whose permissions are tested.
type presser struct {
	user     slacktest.User // the id and the email are filled in.
	listed   bool           // among the approvers by id.
	group    bool           // a member of the approver group.
	channel  string         // where they press and type; empty: the admin channel.
	prepare  func(*story)   // once, after the start.
	before   func(*story)   // before each of their presses.
	cause    string         // why they are refused, empty for an approver.
	says     string         // what the refusal says.
	messages bool           // only the buttons of messages are refused.
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
		group: true, cause: "not_approver", says: "Only approvers", prepare: func(s *story) {
			s.command(person, "report")
			if told := s.told(person); len(told) != 1 || strings.Contains(told[0], "Only approvers") {
				s.t.Errorf("a member of the group is told %q", told)
			}
			s.slack.SetGroup(slacktest.Group{ID: s.slack.Group})
			s.pass(time.Minute)
		},
	},
	"group look-up failing": {
		group: true, cause: "not_sure", says: "try again", before: func(s *story) {
			s.pass(time.Minute)
			if err := s.slack.Fault(slacktest.Fault{Method: "usergroups.users.list", Count: 1000, Error: "internal_error"}); err != nil {
				s.t.Error(err)
			}
		},
	},
}

// TestWhoMay presses, submits and types everything as every kind of person. An
// approver is accepted. Any other person is told why not, the refusal is
// recorded, and nothing else changes.
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
				s := &story{world: w, presser: who}
				s.begin()
				for _, row := range matrix {
					s.cell(row)
				}
			})
		})
	}
}

// TestEveryHandlerHasItsRow fails for a new button, modal or command that the
// matrix does not know.
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
			t.Errorf("the matrix has a row for %s %s, which nobody handles", kind, row.what)
		}
		delete(want, kind+" "+row.what)
	}
	for missing := range want {
		t.Errorf("%s has no row in the matrix", missing)
	}
}

// cell lets the person of the matrix press one control. If that is refused, an
// approver presses it, so that the story continues.
func (s *story) cell(row row) {
	if row.stage != nil {
		row.stage(s)
	}
	if s.before != nil {
		s.before(s)
	}
	s.pass(20 * time.Second)
	was := s.look()
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
	was = s.look()
	s.acceptedFrom(row, s.slack.Users.Approver2, was, row.press(s, s.slack.Users.Approver2))
}

// refused reports whether the matrix refuses a row.
func (s *story) refused(row row) bool {
	return s.cause != "" && (!s.messages || row.kind == "button" && !row.modal)
}

// sight is everything that a refused press must not change, and where its
// refusal is found.
type sight struct {
	digest, truth string
	lines         []storage.AuditEntry
	told          int
	messages      int
}

func (s *story) look() sight {
	digest, lines := s.snapshot()
	return sight{digest, s.truth(), lines, len(s.told(person)), len(s.slack.Messages(s.settings.Channel))}
}

func (s *story) checkRefusal(row row, was sight, got slacktest.Result) {
	s.t.Helper()
	is, at := s.look(), row.kind+" "+row.what
	if is.digest != was.digest || is.truth != was.truth || is.messages != was.messages || len(s.slack.Views(person)) != 0 {
		s.t.Errorf("%s: a refused press changed something: stored %t, organisation %t, messages %d before and %d after", at, is.digest != was.digest, is.truth != was.truth, was.messages, is.messages)
	}
	texts := s.told(person)[was.told:]
	if row.kind == "submit" {
		texts = append(texts, string(got.Response))
	}
	if len(texts) != 1 || !strings.Contains(texts[0], s.says) || !strings.Contains(texts[0], "Nothing was changed") {
		s.t.Errorf("%s: told %q, want it once to say %q", at, texts, s.says)
	}
	if n := len(is.lines) - len(was.lines); n != 1 {
		s.t.Errorf("%s: %d new lines in the audit log, want the refusal", at, n)
		return
	}
	if l := is.lines[0]; l.Actor != person || l.Action != "refused" || l.Outcome != s.cause || l.Detail["press"] != row.what {
		s.t.Errorf("%s: on record is %+v, want a refusal for %s", at, l, s.cause)
	}
}

func (s *story) accepted(row row, was sight, got slacktest.Result) {
	s.t.Helper()
	s.acceptedFrom(row, person, was, got)
	if others := s.slack.Messages(elsewhere); len(others) != 0 {
		s.t.Errorf("%s %s: %d messages stand in another channel", row.kind, row.what, len(others))
	}
	if row.opens {
		s.slack.CloseView(person, s.modal(person, row.what).ID)
	}
	if told := s.told(person); !row.opens && (row.kind == "open" || row.kind == "command") {
		if len(told) == was.told || strings.Contains(told[len(told)-1], "Nothing was changed") {
			s.t.Errorf("%s %s: told %q", row.kind, row.what, told[was.told:])
		}
	}
}

func (s *story) acceptedFrom(row row, user string, was sight, got slacktest.Result) {
	s.t.Helper()
	s.pass(10 * time.Second)
	is, at := s.look(), row.kind+" "+row.what+" by "+user
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
