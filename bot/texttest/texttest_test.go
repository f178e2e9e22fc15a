package texttest_test

import (
	"testing"

	"inactivebot/bot/texttest"
)

func TestCodeValue(t *testing.T) {
	tests := map[string]string{
		"It is awaiting_second.":                        "g_s",
		"again 24h0m0s later":                           "24h0m",
		"after 10m0s":                                   "10m0s",
		"since &lt;nil&gt;":                             "&lt;nil&gt;",
		"since <nil>":                                   "<nil>",
		"%!d(string=x)":                                 "%!",
		"Waiting for a second approval.":                "",
		"`awaiting_second` :white_check_mark: 28 Nov":   "",
		"<!date^1^{date_short} at {time}|1 Jan>":        "",
		"ada_b@example.com in report_1.csv, <@U0A_B_c>": "",
	}
	for text, want := range tests {
		if got := texttest.CodeValue(texttest.Prose(text)); got != want {
			t.Errorf("CodeValue(Prose(%q)) = %q, want %q", text, got, want)
		}
	}
}
