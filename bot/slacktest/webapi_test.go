package slacktest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/bot/slacktest"
)

func TestErrors(t *testing.T) {
	a := serve(t, slacktest.Options{})
	a.SetChannel(slacktest.Channel{ID: "C0PUBLIC", Name: "public", Members: []string{a.Users.Member}})
	a.SetChannel(slacktest.Channel{ID: "C0SECRET", Name: "secret", IsPrivate: true})
	_, ts, err := a.client.PostMessage(a.Channel, slack.MsgOptionText("hello", false))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, method string
		fields       []string
		want         string
	}{
		{"unknown method", "chat.shout", nil, "unknown_method"},
		{"app method", "apps.connections.open", nil, "not_allowed_token_type"},
		{"no such channel", "chat.postMessage", []string{"channel", "C1", "text", "x"}, "channel_not_found"},
		{"public without the bot", "chat.postMessage", []string{"channel", "C0PUBLIC", "text", "x"}, "not_in_channel"},
		{"private without the bot", "chat.postMessage", []string{"channel", "C0SECRET", "text", "x"}, "channel_not_found"},
		{"empty message", "chat.postMessage", []string{"channel", a.Channel}, "no_text"},
		{"blocks are not JSON", "chat.postMessage", []string{"channel", a.Channel, "blocks", "{"}, "invalid_blocks_format"},
		{"metadata without type", "chat.postMessage", []string{"channel", a.Channel, "text", "x", "metadata", "{}"}, "invalid_metadata_schema"},
		{"update of a missing message", "chat.update", []string{"channel", a.Channel, "ts", "1.2", "text", "x"}, "message_not_found"},
		{"update too long", "chat.update", []string{"channel", a.Channel, "ts", ts, "text", strings.Repeat("é", 4001)}, "msg_too_long"},
		{"ephemeral to a non-member", "chat.postEphemeral", []string{"channel", a.Channel, "user", a.Users.Outsider, "text", "x"}, "user_not_in_channel"},
		{"direct message to an outsider", "chat.postMessage", []string{"channel", a.Users.Outsider, "text", "x"}, "channel_not_found"},
		{"no such user", "users.info", []string{"user", "U1"}, "user_not_found"},
		{"no such email", "users.lookupByEmail", []string{"email", "x@example.com"}, "users_not_found"},
		{"no such group", "usergroups.users.list", []string{"usergroup", "S1"}, "no_such_subteam"},
		{"scope", "conversations.list", []string{"types", "im"}, "missing_scope"},
		{"cursor", "users.list", []string{"cursor", "5"}, "invalid_cursor"},
		{"no such thread", "conversations.replies", []string{"channel", a.Channel, "ts", "1.2"}, "thread_not_found"},
		{"invalid trigger", "views.open", []string{"trigger_id", "1", "view", `{"type":"modal","title":{"type":"plain_text","text":"x"},"blocks":[]}`}, "invalid_trigger_id"},
		{"no view", "views.open", []string{"trigger_id", "1"}, "invalid_arguments"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := a.call(t, tt.method, tt.fields...); got["error"] != tt.want || got["ok"] != false {
				t.Errorf("got %v, want %s", got, tt.want)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	a := serve(t, slacktest.Options{})
	const form, asJSON = "application/x-www-form-urlencoded", "application/json; charset=utf-8"
	for _, tt := range []struct {
		name, method, path, contentType, token, body, want string
	}{
		{"none", "POST", "/api/auth.test", "", "", "", "not_authed"},
		{"wrong", "POST", "/api/auth.test", "", "xoxb-wrong", "", "invalid_auth"},
		{"header", "GET", "/api/auth.test", "", a.BotToken, "", ""},
		{"form", "POST", "/api/auth.test", form, "", "token=" + a.BotToken, ""},
		{"JSON", "POST", "/api/auth.test", asJSON, "", `{"token":"` + a.BotToken + `"}`, ""},
		{"query", "GET", "/api/auth.test?token=" + a.BotToken, "", "", "", "not_authed"},
		{"app token on a bot method", "POST", "/api/users.list", "", a.AppToken, "", "not_allowed_token_type"},
		{"broken JSON", "POST", "/api/auth.test", asJSON, a.BotToken, "{", "invalid_json"},
		{"a list", "POST", "/api/auth.test", asJSON, a.BotToken, "[]", "json_not_object"},
		{"XML", "POST", "/api/auth.test", "text/xml", a.BotToken, "<a/>", "invalid_post_type"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, got := a.send(t, tt.method, tt.path, tt.contentType, tt.token, tt.body)
			if code, _ := got["error"].(string); code != tt.want {
				t.Errorf("got %v, want %q", got, tt.want)
			}
		})
	}
}

func TestMissingScopeNamesIt(t *testing.T) {
	a := serve(t, slacktest.Options{BotScopes: []string{"commands", "chat:write"}})
	got := a.call(t, "users.info", "user", a.Users.Member)
	if got["needed"] != "users:read" || got["provided"] != "chat:write,commands" {
		t.Errorf("got %v", got)
	}
}

func TestMessageLife(t *testing.T) {
	a := serve(t, slacktest.Options{})
	ts := a.report(t)
	if _, _, err := a.client.PostMessage(a.Channel, slack.MsgOptionText("in thread", false), slack.MsgOptionTS(ts)); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := a.client.UpdateMessage(a.Channel, ts, slack.MsgOptionText("28 people", false)); err != nil {
		t.Fatal(err)
	}
	history, err := a.client.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: a.Channel})
	if err != nil || len(history.Messages) != 1 || history.Messages[0].Text != "28 people" || len(history.Messages[0].Blocks.BlockSet) != 0 {
		t.Errorf("history: %+v, %v", history, err)
	}
	replies, _, _, err := a.client.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: a.Channel, Timestamp: ts})
	if err != nil || len(replies) != 2 || replies[1].Text != "in thread" {
		t.Errorf("replies: %+v, %v", replies, err)
	}
	if _, _, err := a.client.DeleteMessage(a.Channel, ts); err != nil {
		t.Fatal(err)
	}
	if m := a.Messages(a.Channel)[0]; !m.Deleted || m.Edited == nil {
		t.Errorf("stored: %+v", m)
	}
}

func TestMessageToAPersonOpensTheDirectConversation(t *testing.T) {
	a := serve(t, slacktest.Options{})
	channel, _, err := a.client.PostMessage(a.Users.Approver, slack.MsgOptionText("hello", false))
	if err != nil || !strings.HasPrefix(channel, "D") {
		t.Fatalf("channel %q, %v", channel, err)
	}
	if got := a.Messages(channel); len(got) != 1 || got[0].Text != "hello" {
		t.Errorf("messages: %+v", got)
	}
}

func TestRateLimits(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	a := serve(t, slacktest.Options{Now: func() time.Time { return now }})
	body := "channel=" + a.Channel + "&text=x"
	post := func() (int, answer) {
		return a.send(t, "POST", "/api/chat.postMessage", "application/x-www-form-urlencoded", a.BotToken, body)
	}
	for range 5 {
		if status, got := post(); status != http.StatusOK {
			t.Fatalf("burst: %d %v", status, got)
		}
	}
	if status, got := post(); status != http.StatusTooManyRequests || got["error"] != "ratelimited" {
		t.Errorf("sixth: %d %v", status, got)
	}
	now = now.Add(time.Second)
	if status, _ := post(); status != http.StatusOK {
		t.Errorf("a second later: %d", status)
	}
}
