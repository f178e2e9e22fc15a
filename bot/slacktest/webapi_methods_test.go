package slacktest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/bot/slacktest"
)

// TestGrid has two workspaces of one enterprise share the admin channel.
func TestGrid(t *testing.T) {
	a := serve(t, slacktest.Options{EnterpriseID: "E0EXAMPLE01"})
	if got := a.call(t, "auth.test"); got["enterprise_id"] != "E0EXAMPLE01" || got["is_enterprise_install"] != false {
		t.Errorf("auth.test: %v", got)
	}
	colleague, err := a.client.GetUserInfo(a.Users.Colleague)
	if err != nil || colleague.TeamID == "T0INACTIVE1" || colleague.Enterprise.EnterpriseID != "E0EXAMPLE01" || colleague.IsStranger {
		t.Errorf("colleague: %+v, %v", colleague, err)
	}
	info := a.call(t, "conversations.info", "channel", a.Channel)["channel"].(answer)
	if info["is_org_shared"] != true || info["is_ext_shared"] != false {
		t.Errorf("channel: %v", info)
	}
	ws, _ := a.dial(t)
	served := make(chan answer, 10)
	go relay(ws, served)
	a.Press(slacktest.Press{User: a.Users.Colleague, TS: a.report(t), ActionID: "exclude", Value: "12.b"})
	payload := (<-served)["payload"].(answer)
	team, enterprise := payload["team"].(answer), payload["enterprise"].(answer)
	if team["id"] != colleague.TeamID || team["domain"] != "example-sister" || enterprise["id"] != "E0EXAMPLE01" {
		t.Errorf("press: team %v, enterprise %v", team, enterprise)
	}
	if !strings.Contains(a.get(t, "/"), "Cleo Colleague") {
		t.Error("the page does not offer the colleague")
	}
	if alone := serve(t, slacktest.Options{}); alone.Users.Colleague != "" || strings.Contains(alone.get(t, "/"), "Cleo") {
		t.Error("a colleague exists without a Grid")
	}
}

// TestConversationsList checks that a type needs its scope and that a private channel is listed only if the bot is in
// it.
func TestConversationsList(t *testing.T) {
	a := serve(t, slacktest.Options{})
	a.SetChannel(slacktest.Channel{ID: "C0OPEN", Name: "open"})
	a.SetChannel(slacktest.Channel{ID: "C0OLD", Name: "old", Archived: true})
	a.SetChannel(slacktest.Channel{ID: "C0SECRET", Name: "secret", IsPrivate: true})
	for name, tt := range map[string]struct {
		fields []string
		want   []string
		fails  any
	}{
		"public by default": {nil, []string{"C0OPEN", "C0OLD"}, nil},
		"without archived":  {[]string{"exclude_archived", "true"}, []string{"C0OPEN"}, nil},
		"private, joined":   {[]string{"types", "private_channel"}, []string{a.Channel}, nil},
		"both":              {[]string{"types", "public_channel,private_channel"}, []string{a.Channel, "C0OPEN", "C0OLD"}, nil},
		"without its scope": {[]string{"types", "im"}, nil, "missing_scope"},
		"unknown type":      {[]string{"types", "club"}, nil, "invalid_types"},
	} {
		t.Run(name, func(t *testing.T) {
			got := a.call(t, "conversations.list", tt.fields...)
			var ids []string
			channels, _ := got["channels"].([]any)
			for _, c := range channels {
				ids = append(ids, c.(answer)["id"].(string))
			}
			if got["error"] != tt.fails || !slices.Equal(ids, tt.want) {
				t.Errorf("%v, %v; want %v, %v", ids, got["error"], tt.want, tt.fails)
			}
		})
	}
}

// TestMethodsOthersAskFirst checks the methods that client libraries call at startup.
func TestMethodsOthersAskFirst(t *testing.T) {
	a := serve(t, slacktest.Options{})
	if _, got := a.send(t, "GET", "/api/api.test?foo=bar", "", "", ""); got["ok"] != true || got["args"].(answer)["foo"] != "bar" {
		t.Errorf("api.test: %v", got)
	}
	if _, got := a.send(t, "GET", "/api/api.test?error=my_error", "", "", ""); got["error"] != "my_error" {
		t.Errorf("api.test with an error: %v", got)
	}
	who := a.call(t, "auth.test")
	if got := a.call(t, "bots.info", "bot", who["bot_id"].(string))["bot"].(answer); got["user_id"] != who["user_id"] {
		t.Errorf("bots.info: %v", got)
	}
	if got := a.call(t, "bots.info", "bot", "B0OTHER"); got["error"] != "bot_not_found" {
		t.Errorf("another bot: %v", got)
	}
}

// TestOnlyPostMessageTakesAUser checks that other methods need the id of the direct message.
func TestOnlyPostMessageTakesAUser(t *testing.T) {
	a := serve(t, slacktest.Options{})
	got := a.call(t, "chat.postMessage", "channel", a.Users.Approver, "text", "hello")
	im, ts := got["channel"].(string), got["ts"].(string)
	for _, method := range []string{"chat.update", "chat.delete", "chat.postEphemeral"} {
		fields := []string{"ts", ts, "user", a.Users.Approver, "text", "again"}
		if got := a.call(t, method, append(fields, "channel", a.Users.Approver)...); got["error"] != "channel_not_found" {
			t.Errorf("%s to a user: %v", method, got)
		}
	}
	if got := a.call(t, "chat.update", "channel", im, "ts", ts, "text", "again"); got["ok"] != true {
		t.Errorf("chat.update in %s: %v", im, got)
	}
}

// TestOneBucketForADirectConversation checks that a user id and a direct message id share one rate limit.
func TestOneBucketForADirectConversation(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	a := serve(t, slacktest.Options{Now: func() time.Time { return now }})
	im := a.call(t, "chat.postMessage", "channel", a.Users.Approver, "text", "1")["channel"].(string)
	limited := 0
	for i := range 10 {
		to := []string{im, a.Users.Approver}[i%2]
		if a.call(t, "chat.postMessage", "channel", to, "text", "x")["error"] == "ratelimited" {
			limited++
		}
	}
	if limited < 5 {
		t.Errorf("%d of 10 were rate limited, want at least 5", limited)
	}
}

func TestValidateTakesOneArgument(t *testing.T) {
	a := serve(t, slacktest.Options{})
	blocks := `[{"type":"divider"}]`
	for name, tt := range map[string]struct {
		fields []string
		want   any
	}{
		"one":  {[]string{"blocks", blocks}, nil},
		"none": {nil, "invalid_arguments"},
		"two":  {[]string{"blocks", blocks, "message", `{"text":"x"}`}, "invalid_arguments"},
		"long": {[]string{"message", `{"text":"` + strings.Repeat("x", 100_000) + `"}`}, "invalid_arguments"},
	} {
		if got := a.call(t, "blocks.validate", tt.fields...); got["error"] != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}
