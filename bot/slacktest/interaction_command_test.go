package slacktest_test

import (
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/bot/slacktest"
)

func TestCommandIsEscaped(t *testing.T) {
	a := serve(t, slacktest.Options{})
	got := make(chan slack.SlashCommand, 1)
	a.connect(t, func(client *socketmode.Client, event socketmode.Event) {
		if command, ok := event.Data.(slack.SlashCommand); ok {
			got <- command
		}
		ack(client, event)
	})
	for _, tt := range []struct{ name, typed, want string }{
		{"person", "why @member", "why <@" + a.Users.Member + "|member>"},
		{"channel", "in #atlassian-admins", "in <#" + a.Channel + "|atlassian-admins>"},
		{"unknown name", "why @nobody", "why @nobody"},
		{"email as typed", "why kim@example.com", "why kim@example.com"},
		{"already encoded", "why <mailto:a@b.c|a@b.c> <@U1|x>", "why <mailto:a@b.c|a@b.c> <@U1|x>"},
		{"specials", "a <b> & c", "a &lt;b&gt; &amp; c"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if r := a.Command(slacktest.Command{User: a.Users.Approver, Text: tt.typed}); !r.OK {
				t.Fatalf("command: %+v", r)
			}
			if command := <-got; command.Text != tt.want {
				t.Errorf("text = %q, want %q", command.Text, tt.want)
			}
		})
	}
}

// TestCommandsAreTheManifests checks that a command needs its scope, and that its text is encoded only if the app asks
// for it.
func TestCommandsAreTheManifests(t *testing.T) {
	without := serve(t, slacktest.Options{BotScopes: []string{"chat:write"}})
	if r := without.Command(slacktest.Command{User: without.Users.Approver, Text: "help"}); r.Error != "/inactive is not a valid command." {
		t.Errorf("without the scope: %+v", r)
	}
	a := serve(t, slacktest.Options{Commands: []string{"/inactive", "/raw"}, PlainCommands: []string{"/raw"}})
	ws, _ := a.dial(t)
	served := make(chan answer, 10)
	go relay(ws, served)
	for command, want := range map[string]string{"/inactive": "why <@" + a.Users.Member + "|member> &amp; co", "/raw": "why @member & co"} {
		a.Command(slacktest.Command{User: a.Users.Approver, Command: command, Text: "why @member & co"})
		if got := (<-served)["payload"].(answer)["text"]; got != want {
			t.Errorf("%s: %q, want %q", command, got, want)
		}
	}
}
