package slacktest

import (
	"strings"
	"testing"
)

// TestEmoji checks that names become drawings in markup, characters in plain text and words for screen readers, and
// that unknown names stay.
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
		t.Errorf("text content %q", got)
	}
	if got := emojiToGlyph.Replace("Ada :no_entry:"); got != "Ada ⛔" {
		t.Errorf("plain text %q", got)
	}
	if got := string(drawEmoji("<i> :x:")); !strings.HasPrefix(got, "&lt;i&gt; <svg") {
		t.Errorf("plain text: %s", got)
	}
}
