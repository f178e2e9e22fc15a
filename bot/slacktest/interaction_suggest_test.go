package slacktest_test

import (
	"encoding/json"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/bot/slacktest"
)

func TestSuggestionsComeFromTheApp(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	asked := make(chan slack.InteractionCallback, 1)
	a.connect(t, func(client *socketmode.Client, event socketmode.Event) {
		if callback, ok := event.Data.(slack.InteractionCallback); ok {
			asked <- callback
			_ = client.Ack(*event.Request, map[string]any{"options": []any{map[string]any{"text": map[string]any{"type": "plain_text", "text": "Kim"}, "value": "kim"}}})
		}
	})
	got := a.call(t, "chat.postMessage", "channel", a.Channel, "blocks", `[{"type":"actions","block_id":"b","elements":[{"type":"external_select","action_id":"who"}]}]`)
	result := a.Suggest(slacktest.Suggest{User: a.Users.Approver, Channel: a.Channel, TS: got["ts"].(string), BlockID: "b", ActionID: "who", Value: "ki"})
	if callback := <-asked; callback.Type != slack.InteractionTypeBlockSuggestion || callback.Value != "ki" || callback.ActionID != "who" || callback.BlockID != "b" || callback.TriggerID != "" {
		t.Errorf("payload %+v", callback)
	}
	var answer struct{ Options []struct{ Value string } }
	if err := json.Unmarshal(result.Response, &answer); err != nil || !result.OK || len(answer.Options) != 1 || answer.Options[0].Value != "kim" {
		t.Errorf("result %+v, %v", result, err)
	}
}
