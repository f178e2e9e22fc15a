package slacktest_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"inactivebot/bot/slacktest"
)

// serveWithOpen starts a workspace whose app has the scope of conversations.open too.
func serveWithOpen(t *testing.T) *app {
	t.Helper()
	return serve(t, slacktest.Options{NoRateLimits: true, BotScopes: append(slacktest.DefaultBotScopes(), "im:read")})
}

// TestConversationsOpen checks that the same direct message is opened each time, and that chat.postMessage to the person
// posts in it.
func TestConversationsOpen(t *testing.T) {
	a := serveWithOpen(t)
	first := a.call(t, "conversations.open", "users", a.Users.Member)
	channel, _ := first["channel"].(answer)
	id, _ := channel["id"].(string)
	if first["ok"] != true || !strings.HasPrefix(id, "D") || len(channel) != 1 {
		t.Fatalf("conversations.open: %v", first)
	}
	again := a.call(t, "conversations.open", "users", a.Users.Member, "return_im", "true")["channel"].(answer)
	if again["id"] != id || again["user"] != a.Users.Member {
		t.Errorf("opened again: %v, want %s", again, id)
	}
	if got := a.call(t, "chat.postMessage", "channel", a.Users.Member, "text", "hello"); got["channel"] != id {
		t.Errorf("posted in %v, want %s", got["channel"], id)
	}
}

// TestWhoHasADirectMessage compares the errors of conversations.open and chat.postMessage for the same person.
func TestWhoHasADirectMessage(t *testing.T) {
	a := serveWithOpen(t)
	a.control(t, "users", `{"id":"U0GONE","deleted":true}`, http.StatusOK)
	a.control(t, "users", `{"id":"U0ERASED","is_forgotten":true}`, http.StatusOK)
	a.control(t, "users", `{"id":"U0STRANGE","is_stranger":true}`, http.StatusOK)
	for name, tt := range map[string]struct {
		user         string
		open, posted any
	}{
		"guest":       {a.Users.Guest, nil, nil},
		"deactivated": {"U0GONE", "user_disabled", nil},
		"erased":      {"U0ERASED", "user_disabled", nil},
		"bot":         {"U0INACTBOT1", "cannot_dm_bot", "channel_not_found"},
		"outsider":    {a.Users.Outsider, "cannot_dm_user", "channel_not_found"},
		"stranger":    {"U0STRANGE", "cannot_dm_user", "channel_not_found"},
		"nobody":      {"U0NOBODY", "user_not_found", "channel_not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := a.call(t, "conversations.open", "users", tt.user); got["error"] != tt.open {
				t.Errorf("conversations.open: %v, want %v", got, tt.open)
			}
			if got := a.call(t, "chat.postMessage", "channel", tt.user, "text", "hello"); got["error"] != tt.posted {
				t.Errorf("chat.postMessage: %v, want %v", got, tt.posted)
			}
		})
	}
}

// TestControlListsDirectMessages checks that direct messages are listed with their user, whoever created them.
func TestControlListsDirectMessages(t *testing.T) {
	a := serveWithOpen(t)
	opened := a.call(t, "conversations.open", "users", a.Users.Member)["channel"].(answer)["id"]
	a.control(t, "channels", `{"id":"D0GUEST","is_im":true,"user":"`+a.Users.Guest+`"}`, http.StatusOK)
	a.control(t, "channels", `{"is_im":true,"user":"`+a.Users.Approver+`"}`, http.StatusOK)
	got := map[string]string{}
	for _, c := range a.Channels() {
		if c.IsIM && c.IsPrivate && slices.Equal(c.Members, []string{"U0INACTBOT1", c.User}) {
			got[c.User] = c.ID
		}
	}
	if len(got) != 3 || got[a.Users.Member] != opened || got[a.Users.Guest] != "D0GUEST" || !strings.HasPrefix(got[a.Users.Approver], "D") {
		t.Errorf("direct messages %v", got)
	}
	if _, body := a.send(t, "GET", "/_control/channels", "", "", ""); !strings.Contains(body["text"].(string), `"user":"`+a.Users.Guest+`"`) {
		t.Errorf("GET /channels: %v", body)
	}
	if sent := a.call(t, "chat.postMessage", "channel", a.Users.Guest, "text", "hello"); sent["channel"] != "D0GUEST" {
		t.Errorf("posted to %v, want D0GUEST", sent)
	}
}

// TestControlRefusesImpossibleDirectMessages checks that a person has one direct message and that it has one person.
func TestControlRefusesImpossibleDirectMessages(t *testing.T) {
	a := serve(t, slacktest.Options{})
	same := `{"is_im":true,"user":"` + a.Users.Guest + `"}`
	id := a.control(t, "channels", same, http.StatusOK)["id"]
	if again := a.control(t, "channels", same, http.StatusOK)["id"]; again != id {
		t.Errorf("set again: %v, want %v", again, id)
	}
	for name, body := range map[string]string{
		"second":     `{"id":"D0SECOND","is_im":true,"user":"` + a.Users.Guest + `"}`,
		"nobody":     `{"id":"D0NOBODY","is_im":true,"user":"U0NOBODY"}`,
		"bot":        `{"id":"D0BOT","is_im":true,"user":"U0INACTBOT1"}`,
		"no user":    `{"id":"D0EMPTY","is_im":true}`,
		"no channel": `{"id":"C0USER","user":"` + a.Users.Member + `"}`,
		"a channel":  `{"id":"` + a.Channel + `","is_im":true,"user":"` + a.Users.Member + `"}`,
	} {
		t.Run(name, func(t *testing.T) { a.control(t, "channels", body, http.StatusBadRequest) })
	}
	if len(a.Channels()) != 2 {
		t.Errorf("channels %v, want the admin channel and one direct message", a.Channels())
	}
}

// TestWithoutMessagesTab checks that chat.postMessage refuses direct messages, and only these, while the app has no
// Messages tab.
func TestWithoutMessagesTab(t *testing.T) {
	a := serveWithOpen(t)
	im := a.call(t, "conversations.open", "users", a.Users.Member)["channel"].(answer)["id"].(string)
	post := func(to string, want any) {
		t.Helper()
		if got := a.call(t, "chat.postMessage", "channel", to, "text", "hello"); got["error"] != want {
			t.Errorf("to %s: %v, want %v", to, got, want)
		}
	}
	a.control(t, "app", `{"messages_tab":false}`, http.StatusOK)
	post(im, "messages_tab_disabled")
	post(a.Users.Member, "messages_tab_disabled")
	post(a.Users.Guest, "messages_tab_disabled")
	post("U0NOBODY", "channel_not_found")
	post(a.Channel, nil)
	if got := a.call(t, "conversations.open", "users", a.Users.Member); got["ok"] != true {
		t.Errorf("conversations.open: %v", got)
	}
	if len(a.Messages(im)) != 0 || len(a.Channels()) != 2 {
		t.Errorf("messages %v, channels %v", a.Messages(im), a.Channels())
	}
	a.control(t, "app", `{}`, http.StatusBadRequest)
	a.control(t, "app", `{"messages_tab":true,"home_tab":true}`, http.StatusBadRequest)
	post(im, "messages_tab_disabled")
	a.control(t, "app", `{"messages_tab":true}`, http.StatusOK)
	post(im, nil)
	post(a.Users.Guest, nil)
}

// TestMessagesTabOption checks the state in which a workspace starts.
func TestMessagesTabOption(t *testing.T) {
	for _, off := range []bool{false, true} {
		a := serve(t, slacktest.Options{NoMessagesTab: off})
		if got := a.call(t, "chat.postMessage", "channel", a.Users.Member, "text", "hello"); (got["error"] == "messages_tab_disabled") != off {
			t.Errorf("NoMessagesTab %t: %v", off, got)
		}
	}
}
