package slacktest_test

import (
	"fmt"
	"html/template"
	"regexp"
	"strings"
	"testing"

	"inactivebot/bot/slacktest"
)

// inline matches what the page's policy forbids: styles, scripts and handlers inside the markup.
var (
	inline = regexp.MustCompile(`(?i)<[^>]*\s(style|on[a-z]+)\s*=|<script>|<script [^>]*>[^<]|<style`)
	quoted = regexp.MustCompile(`="[^"]*"`)
)

// hostile are display names, as plain text and as the bot escapes them in mrkdwn.
var hostile = []string{
	`<script>alert(1)</script>`, `<!channel> *b* & <https://x|y>`, `" onclick="alert(1)`, `'><img src=x onerror=alert(1)>`, `{{.}}`, `</textarea><script>`,
}

// everyBlock returns blocks with the text in every possible place.
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
				t.Errorf("inline code: %s", at)
			}
			if strings.Contains(page, "<img src=x") || strings.Contains(page, "<script>alert") {
				t.Errorf("not escaped: %s", page)
			}
			if !strings.Contains(page, "<h3>"+template.HTMLEscapeString(text)+"</h3>") {
				t.Errorf("the name is not shown: %s", page)
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
			t.Errorf("%s refers to another host", name)
		}
	}
}
