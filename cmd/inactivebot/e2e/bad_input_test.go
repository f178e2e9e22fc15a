package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestCommandsThatCannotBeUnderstood checks that a mistyped command changes
// nothing and that the answer says what to type.
func TestCommandsThatCannotBeUnderstood(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "30")
	ada := s.addresses.Users.Approver
	s.serve()
	s.command(ada, "scan")
	s.waitReport()
	s.waitEphemeral(ada, "Report 1 is ready")
	unchanged := s.unchanged()
	const exactly = "Type it exactly as shown at admin.atlassian.com"
	for words, want := range map[string]string{
		"exclude nobody@example.com":                  exactly,
		"include nobody@example.com":                  exactly,
		"restore nobody@example.com":                  exactly,
		"exclude 712020:00000000-0000-4000-8000-0000": exactly,
		"exclude":                              "/inactive exclude ada@example.com",
		"include":                              "/inactive include ada@example.com",
		"restore":                              "/inactive restore ada@example.com",
		"exclude Ada Lovelace":                 "an email, an account id or an @mention",
		"exclude ada@example.com until monday": "YYYY-MM-DD",
		"exclude ada@example.com until 2020-01-31":      "has passed",
		"restore group:sales":                           "A rule cannot be restored",
		"scan soon":                                     "/inactive scan 90",
		"suspend ada@example.com":                       "/inactive help",
		"exclude <@" + s.addresses.Users.Outsider + ">": exactly,
	} {
		n := len(s.ephemeralTexts(ada))
		s.command(ada, words)
		got := ""
		s.until("an answer to "+words, func() bool {
			all := s.ephemeralTexts(ada)
			got = all[len(all)-1]
			return len(all) > n && !strings.HasPrefix(got, "Checking with Atlassian")
		})
		if !strings.Contains(got, want) {
			t.Errorf("/inactive %s is answered with %q, want %q", words, got, want)
		}
	}
	unchanged()
}

// TestEnvelopesThatCannotBeUnderstood checks that malformed and foreign
// envelopes are acknowledged without effect, and that their content is not
// logged.
func TestEnvelopesThatCannotBeUnderstood(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "30")
	ada := s.addresses.Users.Approver
	p := s.serve()
	s.command(ada, "scan")
	s.waitReport()
	unchanged := s.unchanged()
	by := fields{"id": ada, "team_id": "T0INACTIVE1"}
	press := func(action, value string) fields {
		return fields{"type": "block_actions", "user": by, "channel": fields{"id": s.addresses.Channel}, "actions": []fields{
			{"type": "button", "block_id": "b", "action_id": action, "value": value},
		}}
	}
	for name, envelope := range map[string]fields{
		"no payload":             {"type": "interactive", "payload": nil},
		"a payload of a string":  {"type": "interactive", "payload": "secret-content"},
		"wrong types":            {"type": "interactive", "payload": fields{"type": []string{"secret-content"}, "user": 1}},
		"an unknown type":        {"type": "secret_content", "payload": fields{}},
		"an unknown action":      {"type": "interactive", "payload": press("secret-content", "1")},
		"no actions":             {"type": "interactive", "payload": fields{"type": "block_actions", "user": by}},
		"an unknown modal":       {"type": "interactive", "payload": fields{"type": "view_submission", "user": by, "view": fields{"callback_id": "secret-content"}}},
		"a modal without user":   {"type": "interactive", "payload": fields{"type": "view_submission", "view": fields{"callback_id": "suspend_confirm", "private_metadata": `{"r":1}`}}},
		"a forged set":           {"type": "interactive", "payload": fields{"type": "view_submission", "user": by, "view": fields{"callback_id": "suspend_confirm", "private_metadata": `{"r":1,"h":"secret-content","s":"/w"}`}}},
		"a shortcut":             {"type": "interactive", "payload": fields{"type": "shortcut", "user": by, "callback_id": "secret-content"}},
		"an event":               {"type": "events_api", "payload": fields{"type": "event_callback", "event": fields{"type": "app_home_opened", "user": ada}}},
		"an unlisted person":     {"type": "interactive", "payload": press("exclude", "1.712020:secret-content")},
		"an unknown report":      {"type": "interactive", "payload": press("suspend_all", "99")},
		"an unknown value":       {"type": "interactive", "payload": press("exclude", "secret-content")},
		"a command without user": {"type": "slash_commands", "payload": fields{"command": "/inactive", "text": "exclude secret-content@example.com"}},
	} {
		if got := post[result](s, s.addresses.SlackControl+"/envelope", envelope); !got.OK {
			t.Errorf("%s is not acknowledged: %+v", name, got)
		}
	}
	unchanged()
	if strings.Contains(p.out.String(), "secret") {
		t.Error("the log contains the content of an envelope")
	}
}

// TestKeyRevokedWhileRunning checks that suspensions stop at the first refusal
// and the channel gets a note. Once the key works again, Resume continues the
// batch.
func TestKeyRevokedWhileRunning(t *testing.T) {
	t.Parallel()
	for name, route := range map[string]string{"for everything": "*", "for suspending": "POST suspend"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSimulation(t, "--users", "60", "--candidates", "10")
			ada := s.addresses.Users.Approver
			s.serve("INACTIVEBOT_SETTLE=1s")
			s.command(ada, "scan")
			_, listed := s.waitReport()
			s.addFault(fields{"route": "POST suspend", "skip": 2, "count": 1, "hold": true})
			s.press(ada, "suspend_all", "")
			s.submit(ada, "suspend_confirm")
			s.waitHeld()
			s.addFault(fields{"route": route, "count": -1, "status": 401})
			post[fields](s, s.addresses.AtlassianControl+"/release", fields{})
			s.waitMessage("Batch 1 stopped", "API key", "admin.atlassian.com")
			s.until("Resume", func() bool { return len(s.report().buttons("resume")) == 1 })
			s.checkShownSuspensions(listed)
			if route == "*" {
				s.command(ada, "scan")
				s.waitEphemeral(ada, "No new report", "API key")
			}
			s.holdsFor("three people are suspended", time.Second, func() bool { return len(s.suspended()) == 3 })

			s.clearFaults()
			s.press(ada, "resume", "")
			s.waitBatchDone(listed)
			if diff := cmp.Diff(sorted(listed), s.suspended()); diff != "" {
				t.Errorf("suspended (-want +got):\n%s", diff)
			}
		})
	}
}

// TestKeyRevokedBeforeTheReport checks that a failed scheduled report is noted
// in the channel, and made once the key works again.
func TestKeyRevokedBeforeTheReport(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "30")
	s.addFault(fields{"route": "POST users/search", "count": -1, "status": 401})
	p := s.serve("INACTIVEBOT_SCHEDULE=@every 2s")
	s.waitMessage("inactivebot is blocked", "API key", "admin.atlassian.com")
	if p.exited() {
		t.Fatal("the bot has ended")
	}
	s.clearFaults()
	s.waitMessage("has been working again")
	s.waitReport()
}
