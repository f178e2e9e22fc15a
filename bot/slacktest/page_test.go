package slacktest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"inactivebot/bot/slacktest"
)

func TestPageShowsTheChannel(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	a.report(t)
	page := a.get(t, "/")
	for _, want := range []string{"This is a simulation", "<strong>Kim</strong> has been away", `data-action="exclude" data-value="12.b"`, "Gus Guest"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in %s", want, page)
		}
	}
	if strings.Contains(page, "no value") {
		t.Errorf("a field is missing in %s", page)
	}
}

func TestPageEscapes(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	for _, tt := range []struct{ name, sent, want string }{
		{"markup", `&lt;script&gt;alert(1)&lt;/script&gt;`, "&lt;script&gt;alert(1)&lt;/script&gt;"},
		{"raw markup", `<script>alert(1)</script>`, "/script"},
		{"link", "<https://example.com/?a=1&amp;b=2|here>", `<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">here</a>`},
		{"script link", "<javascript:alert(1)|here>", "<p>here</p>"},
		{"quote in a link", `<https://x"onclick="y|here>`, `href="https://x&#34;onclick=&#34;y"`},
		{"mention", "<@" + a.Users.Member + ">", `<span class="mention">@member</span>`},
		{"bold mention", "*<@" + a.Users.Member + ">*", `<strong><span class="mention">@member</span></strong>`},
		{"date", "<!date^1800000000^{date_short_pretty}|15 Jan>", `<time datetime="2027-01-15T08:00:00Z" data-format="{date_short_pretty}">15 Jan</time>`},
		{"code keeps stars", "`*x*`", "<code>*x*</code>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, _, err := a.client.PostMessage(a.Channel, slack.MsgOptionText(tt.sent, false)); err != nil {
				t.Fatal(err)
			}
			page := a.get(t, "/conversation")
			if !strings.Contains(page, tt.want) {
				t.Errorf("no %s in %s", tt.want, page)
			}
			if strings.Contains(page, "<script>") || strings.Contains(page, "javascript:") {
				t.Errorf("not escaped: %s", page)
			}
		})
	}
}

func TestPageDrawsEveryBlock(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	for _, tt := range []struct{ name, block, want string }{
		{"header", `{"type":"header","text":{"type":"plain_text","text":"Head"}}`, "<h3>Head</h3>"},
		{"actions", `{"type":"actions","elements":[` + button + `]}`, ">Go</button>"},
		{"overflow", `{"type":"actions","elements":[{"type":"overflow","options":[` + option + `]}]}`, `data-overflow="a">a</button>`},
		{"select", `{"type":"actions","elements":[{"type":"static_select","options":[` + option + `]}]}`, `data-type="static_select"`},
		{"checkboxes", `{"type":"actions","elements":[{"type":"checkboxes","options":[` + option + `]}]}`, `type="checkbox" value="a"`},
		{"date", `{"type":"actions","elements":[{"type":"datepicker","initial_date":"2026-01-02"}]}`, `value="2026-01-02"`},
		{"input", `{"type":"input","label":{"type":"plain_text","text":"Reason"},"element":{"type":"plain_text_input","multiline":true}}`, "<textarea"},
		{"number", `{"type":"input","label":{"type":"plain_text","text":"How many"},"element":{"type":"number_input","is_decimal_allowed":false,"min_value":"1","max_value":"9"}}`, `type="number"`},
		{"several", `{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"multi_static_select","options":[` + option + `],"initial_options":[` + option + `]}}`, `data-initial="[&#34;a&#34;]"`},
		{"people", `{"type":"actions","elements":[{"type":"users_select"}]}`, `<option value="U0MEMBER001">Mia Member</option>`},
		{"table", `{"type":"table","rows":[[` + cell + `]]}`, "<td>x</td>"},
		{"data table", dataTable(`[{"type":"action_cell","element":` + button + `}]`), "<caption>People</caption>"},
		{"chart", chart(`{"label":"a","value":1},{"label":"b","value":2}`), "<td>2</td>"},
		{"rich text", `{"type":"rich_text","elements":[{"type":"rich_text_quote","elements":[{"type":"text","text":"said"}]}]}`, "said</span></blockquote>"},
		{"markdown", `{"type":"markdown","text":"**x**"}`, "<strong>x</strong>"},
		{"image", `{"type":"image","image_url":"https://example.com/x.png","alt_text":"a picture"}`, "a picture"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := a.call(t, "chat.postMessage", "channel", a.Channel, "blocks", "["+tt.block+"]"); got["ok"] != true {
				t.Fatal(got)
			}
			page := a.get(t, "/conversation")
			if !strings.Contains(page, tt.want) || strings.Contains(page, "no value") {
				t.Errorf("no %s in %s", tt.want, page)
			}
		})
	}
}

func TestPageShowsModalsAndErrors(t *testing.T) {
	a := serve(t, slacktest.Options{})
	v := open(t, a, slack.NewErrorsViewSubmissionResponse(map[string]string{"why": "Too vague"}))
	a.Submit(slacktest.Submit{User: a.Users.Approver, ViewID: v.ID, Values: reason("x")})
	page := a.get(t, "/conversation?user="+a.Users.Approver)
	if !strings.Contains(page, `data-view="`+v.ID+`"`) || !strings.Contains(page, "Too vague") {
		t.Errorf("page: %s", page)
	}
	if strings.Contains(a.get(t, "/conversation?user="+a.Users.Member), v.ID) {
		t.Error("another person sees the modal")
	}
}

func TestPageRefusesOtherOrigins(t *testing.T) {
	a := serve(t, slacktest.Options{})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.url+"/press", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("status %d", response.StatusCode)
	}
}

// TestEphemeralsAreGoneOnReload checks that a page loaded again no longer shows earlier ephemeral messages.
func TestEphemeralsAreGoneOnReload(t *testing.T) {
	a := serve(t, slacktest.Options{})
	loaded := a.get(t, "/")
	_, since, _ := strings.Cut(loaded, `data-since="`)
	since, _, _ = strings.Cut(since, `"`)
	if _, err := a.client.PostEphemeral(a.Channel, a.Users.Approver, slack.MsgOptionText("for you alone", false)); err != nil {
		t.Fatal(err)
	}
	if live := a.get(t, "/conversation?since="+since); !strings.Contains(live, "for you alone") {
		t.Error("an open page does not show the message")
	}
	if again := a.get(t, "/"); strings.Contains(again, "for you alone") {
		t.Error("the message is shown after a reload")
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
		t.Error("another person sees it")
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
