package acceptance_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/slacktest"
)

// asked requests a path of the monitoring endpoint and returns the status and
// the body.
func (w *world) asked(path string) (int, string) {
	w.t.Helper()
	got := httptest.NewRecorder()
	w.running.Monitor().ServeHTTP(got, httptest.NewRequest(http.MethodGet, path, nil))
	return got.Code, got.Body.String()
}

// TestReadiness checks that the bot is ready while it is connected, can write
// and scans on schedule, and that it is alive throughout.
func TestReadiness(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ready := func(want string) {
			t.Helper()
			code, body := w.asked("/readyz")
			if ok := want == "ok"; ok != (code == http.StatusOK) || !strings.Contains(body, want) {
				t.Errorf("ready: %d %q, want %q", code, body, want)
			}
			if code, body := w.asked("/healthz"); code != http.StatusOK || body != "ok\n" {
				t.Errorf("healthy: %d %q", code, body)
			}
		}
		ready("ok")
		w.must(w.slack.Disconnect(slacktest.Disconnect{Reason: "cut", RefuseForS: 600}))
		w.pass(time.Minute)
		ready("no connection to Slack")
		w.pass(15 * time.Minute)
		ready("ok")
		w.until(nextMonday().Add(time.Hour))
		ready("ok")
		w.must(w.org.AddFault(atlassiantest.Fault{Route: "*", Count: -1, Status: 500}))
		w.pass(13 * 24 * time.Hour)
		ready("ok")
		w.pass(2 * 24 * time.Hour)
		ready("the last successful scan ended at")
	})
}

// TestMetrics checks that actions are counted and that no label has an id, a
// name or a text.
func TestMetrics(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	inWorld(t, small, func(s *bot.Settings) { s.ApproverGroup, s.BackupDir, s.BackupKeep = "", dir, 1 }, func(w *world) {
		ada := w.slack.Users.Approver
		w.asked("/metrics")
		w.must(w.slack.Fault(slacktest.Fault{Method: "chat.update", Count: 1, Error: "internal_error"}))
		w.must(w.org.AddFault(atlassiantest.Fault{Route: "POST users/search", Count: 1, Status: 429, RetryAfter: "3"}))
		w.command(ada, "scan")
		w.command(ada, "ada.lovelace@example.com is on leave")
		forged := pressOn(w, w.report(), "scan_again")
		forged.ActionID = "somebody@example.com"
		w.slack.Press(forged)
		w.press(w.slack.Users.Member, "suspend_all", "")
		w.press(ada, "exclude", "")
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(5 * time.Minute)
		_, body := w.asked("/metrics")
		for _, want := range []string{
			`inactivebot_connected 1`, `inactivebot_connections_total 1`,
			`inactivebot_events_total{action="scan",outcome="complete"} 1`, `inactivebot_events_total{action="exclude",outcome=""} 1`,
			`inactivebot_events_total{action="refused",outcome="not_approver"} 1`, `inactivebot_events_total{action="confirm",outcome="suspended"} 5`,
			`inactivebot_people{lane="inactive"} 6`, `inactivebot_queue_length{queue="steps"} 0`,
			`inactivebot_requests_total{route="POST suspend",service="atlassian",status="204"} 5`, `inactivebot_requests_total{route="chat.update",service="slack",status="200"}`,
			`inactivebot_requests_total{route="POST users/search",service="atlassian",status="429"} 1`, `inactivebot_waited_seconds_total{route="chat.update",service="slack"}`,
			`inactivebot_requests_total{route="chat.update",service="slack",status="refused"} 1`,
			`inactivebot_scans_total{outcome="complete"} 1`, `inactivebot_scans_total{outcome="failed"} 0`, `inactivebot_build_info{goversion="go1.`,
			`inactivebot_steps_total{outcome="suspended"} 5`, `inactivebot_steps_total{outcome="claimed"} 5`, `inactivebot_steps_total{outcome="failed"} 0`,
			`inactivebot_presses_total{outcome="taken",press="/inactive scan"} 1`, `inactivebot_presses_total{outcome="not_approver",press="suspend_all"} 1`,
			`inactivebot_presses_total{outcome="taken",press="suspend_confirm"} 1`, `inactivebot_presses_total{outcome="unknown",press="unknown"} 1`,
			`inactivebot_presses_total{outcome="unknown",press="/inactive unknown"} 1`,
			`inactivebot_ack_seconds_count`, `inactivebot_last_success_timestamp_seconds{what="scan"}`, `inactivebot_database_bytes`, `go_goroutines`, `go_build_info`,
		} {
			if !strings.Contains(body, want) {
				t.Errorf("/metrics has no %s", want)
			}
		}
		w.checkMetrics(body)
		for _, secret := range []string{ada, w.slack.BotToken, w.org.APIKey, "712020:", "@", w.settings.Channel} {
			if strings.Contains(body, secret) {
				t.Errorf("/metrics contains %q", secret)
			}
		}
		if t.Failed() {
			t.Log(body)
		}
	})
}

// TestReadinessOfASchedule allows twice the longest period of the schedule
// since the last successful scan, or since the first start if there was none.
func TestReadinessOfASchedule(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, test := range map[string]struct {
		schedule string
		never    bool // no scan ever succeeds.
		pass     time.Duration
		want     string
	}{
		"over a weekend": {schedule: "0 9 * * MON-FRI", pass: 3*day - time.Hour, want: "ok"},
		"for a week":     {schedule: "0 9 * * MON-FRI", pass: 7 * day, want: "the last successful scan ended at"},
		"never":          {schedule: "0 9 * * MON-FRI", never: true, pass: 7 * day, want: "no scan has succeeded since"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, small, func(s *bot.Settings) { s.Schedule = test.schedule }, func(w *world) {
				if !test.never {
					w.until(nextMonday().Add(4*day + time.Hour)) // Friday.
				}
				w.must(w.org.AddFault(atlassiantest.Fault{Route: "POST users/search", Count: -1, Status: 503}))
				w.pass(test.pass)
				if _, body := w.asked("/readyz"); !strings.Contains(body, test.want) {
					t.Errorf("ready: %q, want %q", body, test.want)
				}
			})
		})
	}
}
