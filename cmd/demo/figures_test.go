package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
)

var large = flag.Bool("large", false, "measure twenty presses in an organisation of 10,000 people")

// pressPause is the pause between two presses. The bot updates a message at most
// once a second, so faster presses would share an update.
const pressPause = 1200 * time.Millisecond

// maxMemoryMB is the memory limit of the demo with 10,000 people, in MB.
const maxMemoryMB = 150

// manyPeople is the number of people for measuring the panel.
const manyPeople = 10_000

// TestFiguresOfThePage measures the page with a report of 100 rows, and the
// panel with 10,000 people. The figures in README are from `go test ./cmd/demo
// -run Figures -v -large`.
func TestFiguresOfThePage(t *testing.T) {
	s := newFixture(t, atlassiantest.Options{Users: manyPeople}, false)
	s.table(100)
	var page string
	loading := measure(20, 0, func(int) { page = s.get("/") })
	if rows := strings.Count(page, `data-action="exclude"`); rows != 100 {
		t.Errorf("the page has %d rows, want 100", rows)
	}
	t.Logf("the page with 100 rows, %d kB: %s", len(page)>>10, loading)
	queries := []string{"a", "kim", "kim lee", "@example.com", "712020:", "no such person"}
	t.Logf("a search among %d people: %s", manyPeople, measure(30, 0, func(i int) {
		s.get("/panel/?q=" + url.QueryEscape(queries[i%len(queries)]))
	}))
}

// table posts a report as a table with the given number of people.
func (s *fixture) table(people int) {
	s.t.Helper()
	text := func(s string) map[string]any { return map[string]any{"type": "raw_text", "text": s} }
	rows := [][]any{{text("Person"), text("Last active"), text("Action")}}
	for i := range people {
		button := map[string]any{
			"type": "button", "action_id": "exclude", "value": fmt.Sprint("ABCDEFGH.1.", i), "text": map[string]any{"type": "plain_text", "text": "Exclude"},
		}
		rows = append(rows, []any{text(fmt.Sprintf("Person %d · person.%d@example.com", i, i)), text("14 Oct 2025"), map[string]any{"type": "action_cell", "element": button}})
	}
	body, err := json.Marshal([]any{map[string]any{"type": "data_table", "caption": "Inactive people", "page_size": 100, "rows": rows}})
	if err != nil {
		s.t.Fatal(err)
	}
	form := url.Values{"token": {s.workspace.BotToken}, "channel": {s.workspace.Channel}, "text": {"report"}, "blocks": {string(body)}}
	if answer := s.do(http.MethodPost, "/api/chat.postMessage", form.Encode(), http.StatusOK); !strings.Contains(answer, `"ok":true`) {
		s.t.Fatalf("post: %s", answer)
	}
}

// times are sorted durations, shortest first.
type times []time.Duration

// measure runs do n times with pauses and returns the durations.
func measure(n int, pause time.Duration, do func(i int)) times {
	var all times
	for i := range n {
		<-time.After(pause)
		began := time.Now()
		do(i)
		all = append(all, time.Since(began))
	}
	slices.Sort(all)
	return all
}

func (t times) String() string {
	short := func(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
	return "median " + short(t[len(t)/2]) + ", longest " + short(t[len(t)-1])
}

// TestFiguresOfAPress measures the time from a press to the updated page,
// through the real bot, and the memory of the whole demo; with -large for
// 10,000 people.
func TestFiguresOfAPress(t *testing.T) {
	n, pause, people := 1, time.Duration(0), manyPeople/10
	if *large {
		n, pause, people = 21, pressPause, manyPeople
	}
	where := startDemo(t, flags{Listen: "127.0.0.1:0", Users: people, Seed: 1, Candidates: 6})
	changes := follow(t, where.Page)
	excluding := regexp.MustCompile(`data-action="(exclude|undo_exclude)" data-value="([^"]+)"`)
	conversation := func() string {
		return fetch(t, http.MethodGet, where.Page+"conversation", "")
	}
	for !excluding.MatchString(conversation()) {
		<-changes
	}
	presses := measure(n, pause, func(int) {
		was := excluding.FindStringSubmatch(conversation())
		ts := messageAround(conversation(), was[0])
		fetch(t, http.MethodPost, where.Page+"press", fmt.Sprintf(`{"user":%q,"channel":%q,"ts":%q,"action_id":%q,"value":%q}`, where.Users.Approver, where.Channel, ts, was[1], was[2]))
		for strings.Contains(conversation(), was[0]) {
			<-changes
		}
	})
	t.Logf("from a press to the updated page: %s", presses)
	peak := peakMB(t)
	t.Logf("memory with %d people: %.0f MB at the peak", people, peak)
	if peak > maxMemoryMB {
		t.Errorf("the demo used %.0f MB, want at most %d", peak, maxMemoryMB)
	}
}

// startDemo runs the whole demo until the test ends and returns its addresses.
func startDemo(t *testing.T, f flags) addressBook {
	t.Helper()
	f.Addresses, f.Data = filepath.Join(t.TempDir(), "addresses.json"), t.TempDir()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, f) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the demo ended with %v", err)
		}
	})
	var where addressBook
	for {
		select {
		case err := <-ended:
			ended <- nil
			t.Fatalf("the demo ended: %v", err)
		default:
		}
		body, err := os.ReadFile(f.Addresses)
		if err != nil {
			runtime.Gosched()
			continue
		}
		if err := json.Unmarshal(body, &where); err != nil {
			t.Fatal(err)
		}
		return where
	}
}

// follow signals the page's change events. It merges events that were not
// received yet.
func follow(t *testing.T, page string) <-chan struct{} {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, page+"changes", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	changes := make(chan struct{}, 1)
	go func() {
		defer response.Body.Close()
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			select {
			case changes <- struct{}{}:
			default:
			}
		}
	}()
	return changes
}

func fetch(t *testing.T, method, address, body string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v: %s", address, response.StatusCode, err, text)
	}
	return string(text)
}

// messageAround returns the ts of the message that contains the text.
func messageAround(page, something string) string {
	before, _, _ := strings.Cut(page, something)
	_, ts, _ := strings.Cut(before[strings.LastIndex(before, "<article"):], `data-ts="`)
	ts, _, _ = strings.Cut(ts, `"`)
	return ts
}

// peakMB returns the peak memory of this process from the kernel, or Go's
// memory if /proc is not available.
func peakMB(t *testing.T) float64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	var kilobytes float64
	if _, rest, ok := strings.Cut(string(status), "VmHWM:"); err == nil && ok {
		if _, err := fmt.Sscan(rest, &kilobytes); err == nil {
			return kilobytes * 1024 / 1e6
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys) / 1e6
}
