package slacktest_test

import (
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/bot/slacktest"
)

func TestResponseURLWorksFiveTimes(t *testing.T) {
	a := serve(t, slacktest.Options{})
	address := make(chan string, 1)
	a.connect(t, func(client *socketmode.Client, event socketmode.Event) {
		if command, ok := event.Data.(slack.SlashCommand); ok {
			address <- command.ResponseURL
		}
		ack(client, event)
	})
	a.Command(slacktest.Command{User: a.Users.Member, Text: "help"})
	to := <-address
	for i := range 6 {
		err := slack.PostWebhook(to, &slack.WebhookMessage{Text: "hello"})
		if wantOK := i < 5; (err == nil) != wantOK {
			t.Errorf("use %d: %v", i+1, err)
		}
	}
	if got := a.Ephemerals(a.Users.Member); len(got) != 5 || got[0].Text != "hello" {
		t.Errorf("ephemerals: %+v", got)
	}
}
