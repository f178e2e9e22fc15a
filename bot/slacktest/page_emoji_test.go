package slacktest

import (
	"strings"
	"testing"
)

// TestEmoji: names are drawn where markup is, typed where text alone is, heard by those who hear the page, and left as
// they are when nobody knows them.
func TestEmoji(t *testing.T) {
	s := New(Options{})
	defer s.Close()
	drawn := string(s.page.mrkdwn("*a* :no_entry: &lt;b&gt; :unheard_of:"))
	for _, want := range []string{`<strong>a</strong> <svg class="emoji"`, "<title>no entry</title>", "</svg> &lt;b&gt; :unheard_of:"} {
		if !strings.Contains(drawn, want) {
			t.Errorf("no %s in %s", want, drawn)
		}
	}
	if got := textContent(s.page.mrkdwn("Ada :no_entry: suspended")); got != "Ada no entry suspended" {
		t.Errorf("heard %q", got)
	}
	if got := emojiToGlyph.Replace("Ada :no_entry:"); got != "Ada ⛔" {
		t.Errorf("typed %q", got)
	}
	if got := string(drawEmoji("<i> :x:")); !strings.HasPrefix(got, "&lt;i&gt; <svg") {
		t.Errorf("plain text: %s", got)
	}
}
