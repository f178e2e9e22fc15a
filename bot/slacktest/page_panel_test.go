package slacktest_test

import (
	"encoding/json"
	"html/template"
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"inactivebot/bot/slacktest"
)

func TestPageOffersAPlaceBeside(t *testing.T) {
	a := serve(t, slacktest.Options{Beside: &slacktest.Beside{
		Draw: func() (template.HTML, error) { return `<p id="own">Mine</p>`, nil },
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(r.Method + " " + r.URL.Path))
		}),
	}, Hints: []slacktest.Hint{{Text: "scan [days]", Description: "Look <now>"}}})
	page := a.get(t, "/")
	for _, want := range []string{`<aside id="beside"`, `<p id="own">Mine</p>`, `src="panel/panel.js"`, `href="panel/panel.css"`, `data-text="/inactive scan [days]"`, "Look &lt;now&gt;"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in %s", want, page)
		}
	}
	header, text := a.fetch(t, "/panel/own/path")
	if text != "GET /own/path" || header.Get("Content-Security-Policy") == "" {
		t.Errorf("the handler beside saw %q, policy %q", text, header.Get("Content-Security-Policy"))
	}
	if strings.Contains(a.get(t, "/conversation"), "Mine") {
		t.Error("what stands beside is drawn again with every message")
	}
}

func TestPageWithoutAPlaceBeside(t *testing.T) {
	a := serve(t, slacktest.Options{})
	if page := a.get(t, "/"); strings.Contains(page, "panel") || strings.Contains(page, "<aside") {
		t.Errorf("a panel is mentioned: %s", page)
	}
}

func TestPageShowsEphemeralsWhereTheyCame(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	for _, text := range []string{"first", "only for you", "last"} {
		var err error
		if strings.HasPrefix(text, "only") {
			_, err = a.client.PostEphemeral(a.Channel, a.Users.Member, slack.MsgOptionText(text, false))
		} else {
			_, _, err = a.client.PostMessage(a.Channel, slack.MsgOptionText(text, false))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	page := a.get(t, "/conversation?user="+a.Users.Member)
	first, own, last := strings.Index(page, "<p>first"), strings.Index(page, "<p>only for you"), strings.Index(page, "<p>last")
	if first < 0 || own < first || last < own {
		t.Errorf("first at %d, the ephemeral at %d, last at %d", first, own, last)
	}
	if strings.Contains(a.get(t, "/conversation?user="+a.Users.Guest), "only for you") {
		t.Error("somebody else sees it")
	}
}

func TestPageOpensTheNewestThread(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	for _, text := range []string{"old", "new"} {
		_, ts, err := a.client.PostMessage(a.Channel, slack.MsgOptionText(text, false))
		if err == nil {
			_, _, err = a.client.PostMessage(a.Channel, slack.MsgOptionText("reply to "+text, false), slack.MsgOptionTS(ts))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	threads := strings.Split(a.get(t, "/conversation"), "<details")[1:]
	if len(threads) != 2 || strings.Contains(threads[0][:80], " open>") || !strings.Contains(threads[1][:80], " open>") || !strings.Contains(threads[1], ">1 reply<") {
		t.Errorf("threads %q", threads)
	}
}

func TestPageDrawsEveryChart(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	series := `"axis_config":{"categories":["Jan","Feb"],"x_label":"Month <1>"},"series":[{"name":"In <use>","data":[{"label":"Feb","value":-2},{"label":"Jan","value":30}]},{"name":"b","data":[{"label":"Jan","value":0},{"label":"Feb","value":1.5}]}]`
	for _, tt := range []struct{ name, chart, want string }{
		{"pie", `{"type":"pie","segments":[{"label":"On","value":3},{"label":"Off","value":1}]}`, "On: 3 (75 %)"},
		{"one segment", `{"type":"pie","segments":[{"label":"All","value":3}]}`, `<circle class="c0"`},
		{"bar", `{"type":"bar",` + series + `}`, `<rect class="c1"`},
		{"line", `{"type":"line",` + series + `}`, `class="c1 stroke"`},
		{"area", `{"type":"area",` + series + `}`, `class="c0 below"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			block := `[{"type":"data_visualization","title":"People & more","chart":` + tt.chart + `}]`
			if got := a.call(t, "chat.postMessage", "channel", a.Channel, "blocks", block); got["ok"] != true {
				t.Fatal(got)
			}
			page := a.get(t, "/conversation")
			page = page[strings.LastIndex(page, "<article"):]
			for _, want := range []string{tt.want, `chart: People &amp; more"`, "<svg", "<table>", "Show the figures"} {
				if !strings.Contains(page, want) {
					t.Errorf("no %s in %s", want, page)
				}
			}
			for _, never := range []string{"NaN", "Inf", "<use>", "<1>", "%!"} {
				if strings.Contains(page, never) {
					t.Errorf("%s in %s", never, page)
				}
			}
		})
	}
}

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
