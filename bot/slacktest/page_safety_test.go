package slacktest_test

import (
	"bufio"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"inactivebot/bot/slacktest"
)

// fetch asks for a page and returns its headers and text.
func (a *app) fetch(t *testing.T, path string) (http.Header, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.url+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d", path, response.StatusCode)
	}
	var b strings.Builder
	if _, err := bufio.NewReader(response.Body).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return response.Header, b.String()
}

// inline is what the page's policy would forbid: a style, a script or a handler inside the markup.
var (
	inline = regexp.MustCompile(`(?i)<[^>]*\s(style|on[a-z]+)\s*=|<script>|<script [^>]*>[^<]|<style`)
	quoted = regexp.MustCompile(`="[^"]*"`)
)

// hostile are names as people may have them, in plain text and in mrkdwn as the bot would escape it.
var hostile = []string{
	`<script>alert(1)</script>`, `<!channel> *b* & <https://x|y>`, `" onclick="alert(1)`, `'><img src=x onerror=alert(1)>`, `{{.}}`, `</textarea><script>`,
}

// everyBlock holds the text in every place where a block can have one.
func everyBlock(text string) string {
	plain := fmt.Sprintf(`{"type":"plain_text","text":%q}`, text)
	cell := fmt.Sprintf(`{"type":"raw_text","text":%q}`, text)
	options := fmt.Sprintf(`[{"text":%s,"value":%q}]`, plain, text)
	short := string([]rune(text)[:min(len([]rune(text)), 20)])
	button := fmt.Sprintf(`{"type":"button","text":%s,"value":%q,"accessibility_label":%q,"confirm":{"title":%s,"text":%s,"confirm":{"type":"plain_text","text":"Yes"},"deny":{"type":"plain_text","text":"No"}}}`,
		plain, text, text, plain, plain)
	return "[" + strings.Join([]string{
		`{"type":"header","text":` + plain + `}`,
		`{"type":"section","text":` + fmt.Sprintf(`{"type":"mrkdwn","text":%q}`, text) + `,"fields":[` + plain + `],"accessory":` + button + `}`,
		`{"type":"context","elements":[` + plain + `]}`,
		`{"type":"actions","elements":[` + button + `,{"type":"static_select","placeholder":` + plain + `,"options":` + options + `},{"type":"checkboxes","options":` + options +
			`},{"type":"radio_buttons","options":` + options + `},{"type":"overflow","options":` + options + `},{"type":"external_select","placeholder":` + plain + `},{"type":"users_select"}]}`,
		`{"type":"input","label":` + plain + `,"hint":` + plain + `,"element":{"type":"plain_text_input","multiline":true,"placeholder":` + plain + `,"initial_value":` + fmt.Sprintf("%q", text) + `}}`,
		`{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":` + fmt.Sprintf("%q", text) + `}]}]}`,
		`{"type":"data_table","caption":` + fmt.Sprintf("%q", text) + `,"rows":[[` + cell + `],[` + cell + `]]}`,
		`{"type":"data_visualization","title":` + fmt.Sprintf("%q", text) + `,"chart":{"type":"pie","segments":[{"label":` + fmt.Sprintf("%q", short) + `,"value":1}]}}`,
	}, ",") + "]"
}

func TestPageIsSafeWithAnyName(t *testing.T) {
	a := serve(t, slacktest.Options{NoRateLimits: true})
	for _, text := range hostile {
		t.Run(text, func(t *testing.T) {
			if got := a.call(t, "chat.postMessage", "channel", a.Channel, "text", text, "blocks", everyBlock(text)); got["ok"] != true {
				t.Fatal(got)
			}
			header, page := a.fetch(t, "/")
			if policy := header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
				t.Errorf("policy %q", policy)
			}
			if at := inline.FindString(quoted.ReplaceAllString(page, `=""`)); at != "" {
				t.Errorf("inline: %s", at)
			}
			if strings.Contains(page, "<img src=x") || strings.Contains(page, "<script>alert") {
				t.Errorf("not escaped: %s", page)
			}
			if !strings.Contains(page, "<h3>"+template.HTMLEscapeString(text)+"</h3>") {
				t.Errorf("the name cannot be read: %s", page)
			}
		})
	}
}

func TestPageHasAllItsFiles(t *testing.T) {
	a := serve(t, slacktest.Options{})
	_, page := a.fetch(t, "/")
	imports := regexp.MustCompile(`(?:href|src)="([a-z]+\.[a-z]+)"|from '\./([a-z]+\.js)'`)
	wanted := imports.FindAllStringSubmatch(page, -1)
	for _, name := range []string{"page.js", "draw.js", "composer.js"} {
		_, script := a.fetch(t, "/"+name)
		wanted = append(wanted, imports.FindAllStringSubmatch(script, -1)...)
	}
	if len(wanted) < 8 {
		t.Fatalf("only %d references: %v", len(wanted), wanted)
	}
	types := map[string]string{"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
	for _, m := range append(wanted, []string{"", "favicon.ico", ""}) {
		name := m[1] + m[2]
		header, text := a.fetch(t, "/"+name)
		_, kind, _ := strings.Cut(name, ".")
		if got := header.Get("Content-Type"); text == "" || !strings.HasPrefix(got, types[kind]) {
			t.Errorf("%s is %q, %d bytes", name, got, len(text))
		}
		if strings.Contains(strings.ReplaceAll(text, "http://www.w3.org/2000/svg", ""), "http://") {
			t.Errorf("%s refers to another computer", name)
		}
	}
}

func TestControlRefusesOtherOrigins(t *testing.T) {
	a := serve(t, slacktest.Options{})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.url+"/_control/press", strings.NewReader(`{"user":"U1"}`))
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
		t.Errorf("status %d, want 403", response.StatusCode)
	}
}

// stream reads the page's server-sent events until the test ends.
func (a *app) stream(t *testing.T) <-chan string {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url+"/changes", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("content type %q", got)
	}
	events, done := make(chan string), make(chan struct{})
	go func() {
		defer close(done)
		defer close(events)
		var event strings.Builder
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			if lines.Text() != "" {
				event.WriteString(lines.Text() + ";")
				continue
			}
			select {
			case events <- event.String():
			case <-ctx.Done():
				return
			}
			event.Reset()
		}
	}()
	t.Cleanup(func() {
		stop()
		<-done
		_ = response.Body.Close()
	})
	return events
}

func TestPageIsToldOfChanges(t *testing.T) {
	moved := make(chan chan struct{}, 1)
	now := make(chan struct{})
	moved <- now
	a := serve(t, slacktest.Options{NoRateLimits: true, Beside: &slacktest.Beside{
		Draw:    func() (template.HTML, error) { return "", nil },
		Handler: http.NotFoundHandler(),
		Changes: func() <-chan struct{} {
			current := <-moved
			moved <- current
			return current
		},
	}})
	events := a.stream(t)
	if got := <-events; !strings.Contains(got, "data: changed") {
		t.Errorf("first event %q", got)
	}
	a.report(t)
	if got := <-events; got != "data: changed;" {
		t.Errorf("event after a message: %q", got)
	}
	<-moved
	moved <- make(chan struct{})
	close(now)
	for got := range events {
		if got == "event: panel;data: changed;" {
			return
		}
		if got != "data: changed;" {
			t.Errorf("event after a change beside: %q", got)
		}
	}
	t.Error("the stream ended without telling of the change beside")
}
