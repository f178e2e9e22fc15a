package slacktest_test

import (
	"strings"
	"testing"

	"inactivebot/bot/slacktest"
)

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
			for _, want := range []string{tt.want, `chart: People &amp; more"`, "<svg", "<table>", "Show data"} {
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
