package slacktest_test

import (
	"encoding/json"
	"testing"

	"inactivebot/bot/slacktest"
)

// TestReplyWithoutParent checks that a reply to a deleted or unknown message appears at the channel's root.
func TestReplyWithoutParent(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	parent := a.report(t)
	reply := func(thread string) answer {
		t.Helper()
		got := a.call(t, "chat.postMessage", "channel", a.Channel, "text", "in thread", "thread_ts", thread)
		if got["ok"] != true {
			t.Fatalf("reply to %s: %v", thread, got)
		}
		return got["message"].(answer)
	}
	if m := reply(parent); m["thread_ts"] != parent {
		t.Errorf("reply %v, want it in %s", m, parent)
	}
	a.call(t, "chat.delete", "channel", a.Channel, "ts", parent)
	for _, thread := range []string{parent, "1.2"} {
		m := reply(thread)
		if _, threaded := m["thread_ts"]; threaded {
			t.Errorf("reply to %s: %v, want no thread_ts", thread, m)
		}
		newest := a.call(t, "conversations.history", "channel", a.Channel, "limit", "1")["messages"].([]any)
		if newest[0].(answer)["ts"] != m["ts"] {
			t.Errorf("the channel's newest message is %v, want %v", newest[0], m["ts"])
		}
	}
	stored := a.Messages(a.Channel)
	if last := stored[len(stored)-1]; last.ThreadTS != "" {
		t.Errorf("stored %+v, want no thread", last)
	}
}

// TestReplyToAReply checks that a reply cannot start a thread.
func TestReplyToAReply(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	in := a.call(t, "chat.postMessage", "channel", a.Channel, "text", "in thread", "thread_ts", a.report(t))["ts"].(string)
	if got := a.call(t, "chat.postMessage", "channel", a.Channel, "text", "x", "thread_ts", in); got["error"] != "cannot_reply_to_message" {
		t.Errorf("got %v", got)
	}
}

// TestMetadata checks that chat.update replaces the metadata of a message only if it has some, and who sees it.
func TestMetadata(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	with := func(version int) string {
		data, err := json.Marshal(answer{"event_type": "report", "event_payload": answer{"version": version}})
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	ts := a.call(t, "chat.postMessage", "channel", a.Channel, "text", "1", "metadata", with(1))["ts"].(string)
	check := func(want string) {
		t.Helper()
		history := a.call(t, "conversations.history", "channel", a.Channel, "include_all_metadata", "true")
		_, listed := a.send(t, "GET", "/_control/messages?channel="+a.Channel, "", "", "")
		var stored []answer
		if err := json.Unmarshal([]byte(listed["text"].(string)), &stored); err != nil {
			t.Fatal(err)
		}
		for from, m := range map[string]answer{"conversations.history": history["messages"].([]any)[0].(answer), "GET /messages": stored[0]} {
			if data, err := json.Marshal(m["metadata"]); err != nil || string(data) != want {
				t.Errorf("%s: %s, want %s", from, data, want)
			}
		}
	}
	check(with(1))
	a.call(t, "chat.update", "channel", a.Channel, "ts", ts, "text", "2", "metadata", with(2))
	check(with(2))
	a.call(t, "chat.update", "channel", a.Channel, "ts", ts, "text", "3")
	check(with(2))
	bare := a.call(t, "conversations.history", "channel", a.Channel)["messages"].([]any)[0].(answer)
	if _, there := bare["metadata"]; there {
		t.Errorf("metadata without include_all_metadata: %v", bare)
	}
}

// TestAnotherProgramOfTheSameBot checks that the bot token alone suffices to post, change and delete messages of the
// bot, as another program under the same bot user may do.
func TestAnotherProgramOfTheSameBot(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	ts := a.report(t)
	other := func(method, body string) answer {
		t.Helper()
		_, got := a.send(t, "POST", "/api/"+method, "application/json; charset=utf-8", a.BotToken, body)
		if got["ok"] != true {
			t.Fatalf("%s: %v", method, got)
		}
		return got
	}
	where := `{"channel":"` + a.Channel + `","ts":"` + ts + `"`
	other("chat.update", where+`,"text":"theirs"}`)
	other("chat.delete", where+`}`)
	posted := other("chat.postMessage", `{"channel":"`+a.Channel+`","text":"29 people","metadata":{"event_type":"report","event_payload":{"id":"1"}}}`)
	stored := a.Messages(a.Channel)
	if len(stored) != 2 || !stored[0].Deleted || stored[0].Text != "theirs" || stored[1].TS != posted["ts"] || stored[1].User != stored[0].User {
		t.Errorf("stored %+v", stored)
	}
	if got := a.call(t, "chat.delete", "channel", a.Channel, "ts", ts); got["error"] != "message_not_found" {
		t.Errorf("deleted twice: %v", got)
	}
}
