package blocks_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

const (
	// maxMessage is the length of all text in a message's blocks, in code points.
	// Slack rejects about 13,200 and documents no number.
	maxMessage = 12_000
	// maxText is the length of the text that chat.update accepts.
	maxText = 4000
)

// workspace returns a simulated workspace, which validates the payloads.
func workspace(t *testing.T) *slacktest.Server {
	t.Helper()
	s := slacktest.New(slacktest.Options{NoRateLimits: true})
	t.Cleanup(s.Close)
	return s
}

// tester is the common part of *testing.T and *rapid.T.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// valid checks a payload with blocks.validate. Its kind is message or view.
func valid(t tester, s *slacktest.Server, kind string, payload any) {
	t.Helper()
	body, err := json.Marshal(map[string]any{kind: payload})
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	r := httptest.NewRequest(http.MethodPost, "/api/blocks.validate", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+s.BotToken)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var answer struct {
		OK       bool   `json:"ok"`
		Error    string `json:"error"`
		Metadata struct {
			Messages []string `json:"messages"`
		} `json:"response_metadata"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("decode %s: %v", w.Body, err)
	}
	if !answer.OK {
		t.Errorf("%s: %s", answer.Error, strings.Join(answer.Metadata.Messages, "\n"))
	}
}

func checkMessage(t tester, s *slacktest.Server, m blocks.Message) {
	t.Helper()
	valid(t, s, "message", sent(m))
	checkBlocks(t, m.Blocks)
	size := 0
	for _, text := range texts(m.Blocks) {
		size += utf8.RuneCountInString(text)
	}
	if size >= maxMessage {
		t.Errorf("the blocks have %d code points of text, want fewer than %d", size, maxMessage)
	}
	if n := utf8.RuneCountInString(m.Text); n == 0 || n > maxText {
		t.Errorf("the text has %d code points, want 1 to %d", n, maxText)
	}
}

func checkView(t tester, s *slacktest.Server, v slack.ModalViewRequest) {
	t.Helper()
	valid(t, s, "view", v)
	checkBlocks(t, v.Blocks.BlockSet)
}

// reference matches everything that may be in angle brackets: mentions, dates
// and links to our reports.
var reference = regexp.MustCompile(`^<(@U0ADA|@U0BEN|#C0ADMINS|!subteam\^S0APPROVERS|!date\^-?\d+\^\{date_short\} at \{time\}\|[^|<>]+|https://example\.slack\.com/[^|<>]+\|report \d+)>$`)

// checkBlocks checks what blocks.validate does not: no name becomes a mention or a
// link, and only buttons that suspend have the style danger.
func checkBlocks(t tester, all []slack.Block) {
	t.Helper()
	for _, text := range formatted(all) {
		for _, found := range regexp.MustCompile(`<[^>]*>?`).FindAllString(text, -1) {
			if !reference.MatchString(found) {
				t.Fatalf("found %q in %q", found, text)
			}
		}
	}
	primary := 0
	for _, b := range buttons(all) {
		switch {
		case b["style"] == "primary":
			primary++
		case b["style"] == "danger" && b["action_id"] != blocks.ActionSuspendAll && b["action_id"] != blocks.ActionSecondApprove:
			t.Errorf("%s has the style danger", b["action_id"])
		}
	}
	if primary > 1 {
		t.Errorf("%d buttons are primary, want at most one", primary)
	}
}

func TestCasesAreWithinTheLimits(t *testing.T) {
	s := workspace(t)
	for name, m := range messages() {
		t.Run(name, func(t *testing.T) { checkMessage(t, s, m) })
	}
	for name, v := range views() {
		t.Run("view "+name, func(t *testing.T) { checkView(t, s, v) })
	}
}

// TestBlockIDsAreNewInEveryVersion checks that an updated message has new block
// ids, because clients keep a block's state by its id.
func TestBlockIDsAreNewInEveryVersion(t *testing.T) {
	for name, r := range reports() {
		t.Run(name, func(t *testing.T) {
			old := blockIDs(r.Message().Blocks)
			r.Report.Version++
			for _, id := range blockIDs(r.Message().Blocks) {
				if id == "" || slices.Contains(old, id) {
					t.Errorf("block %q is not new", id)
				}
			}
		})
	}
}

func TestRowsDoNotMoveInALiveReport(t *testing.T) {
	order := func(r blocks.Report) (out []string) {
		for _, text := range texts(r.Message().Blocks) {
			if who := regexp.MustCompile(`^\*.+@example\.com`).FindString(text); who != "" {
				out = append(out, who)
			}
		}
		return out
	}
	want := order(report(20))
	for name, change := range map[string]change{
		"excluded":  excluded(2, monday, "leave"),
		"ruled":     ruled(0, "group:on-call"),
		"executing": all(batch(3, 0, 20), suspended(0, 3), step(storage.StepSkipped, "active", 1)),
		"again":     all(batch(3, 0, 15), suspended(0, 15), ended(storage.ReportOpen)),
	} {
		if got := order(report(20, change)); !slices.Equal(got, want) {
			t.Errorf("%s: the rows are %v, want %v", name, got, want)
		}
	}
}

// texts returns all texts in a payload.
func texts(v any) (out []string) {
	walk(v, func(o map[string]any) {
		if s, ok := o["text"].(string); ok {
			out = append(out, s)
		}
	})
	return out
}

// formatted returns the mrkdwn texts in a payload.
func formatted(v any) (out []string) {
	walk(v, func(o map[string]any) {
		if o["type"] == "mrkdwn" {
			out = append(out, o["text"].(string))
		}
	})
	return out
}

func buttons(v any) (out []map[string]any) {
	walk(v, func(o map[string]any) {
		if o["type"] == "button" {
			out = append(out, o)
		}
	})
	return out
}

func blockIDs(all []slack.Block) (out []string) {
	for _, b := range all {
		out = append(out, b.ID())
	}
	return out
}

// walk visits every JSON object of a payload.
func walk(v any, visit func(map[string]any)) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var decoded any
	if err := json.Unmarshal(body, &decoded); err != nil {
		panic(err)
	}
	var down func(any)
	down = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			visit(v)
			for _, name := range slices.Sorted(maps.Keys(v)) {
				down(v[name])
			}
		case []any:
			for _, item := range v {
				down(item)
			}
		}
	}
	down(decoded)
}
