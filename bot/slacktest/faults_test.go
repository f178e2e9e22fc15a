package slacktest_test

import (
	"testing"

	"github.com/slack-go/slack"

	"inactivebot/bot/slacktest"
)

func TestFaults(t *testing.T) {
	a := serve(t, slacktest.Options{})
	set := func(f slacktest.Fault) {
		t.Helper()
		if err := a.Fault(f); err != nil {
			t.Fatal(err)
		}
	}
	set(slacktest.Fault{Method: "auth.test", Skip: 1, Count: 2, Status: 503})
	var statuses []int
	for range 4 {
		status, _ := a.send(t, "POST", "/api/auth.test", "", a.BotToken, "")
		statuses = append(statuses, status)
	}
	if statuses[0] != 200 || statuses[1] != 503 || statuses[2] != 503 || statuses[3] != 200 {
		t.Errorf("statuses %v", statuses)
	}
	set(slacktest.Fault{Method: "chat.postMessage", Cut: "after"})
	if _, _, err := a.client.PostMessage(a.Channel, slack.MsgOptionText("lost", false)); err == nil {
		t.Error("the response was received")
	}
	if got := a.Messages(a.Channel); len(got) != 1 || got[0].Text != "lost" {
		t.Errorf("messages: %+v", got)
	}
	set(slacktest.Fault{Method: "chat.postMessage", Error: "is_inactive"})
	if _, _, err := a.client.PostMessage(a.Channel, slack.MsgOptionText("x", false)); err == nil || err.Error() != "is_inactive" {
		t.Errorf("got %v", err)
	}
}

func TestHoldAndRelease(t *testing.T) {
	a := serve(t, slacktest.Options{})
	if err := a.Fault(slacktest.Fault{Method: "chat.postMessage", Hold: true}); err != nil {
		t.Fatal(err)
	}
	posted := make(chan error)
	go func() {
		_, _, err := a.client.PostMessage(a.Channel, slack.MsgOptionText("held", false))
		posted <- err
	}()
	if held, err := a.Held(t.Context()); err != nil || held[0] != "chat.postMessage" {
		t.Fatalf("held %v, %v", held, err)
	}
	if got := a.Messages(""); len(got) != 0 {
		t.Errorf("stored before the release: %+v", got)
	}
	a.Release()
	if err := <-posted; err != nil {
		t.Error(err)
	}
}
