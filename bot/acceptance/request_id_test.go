package acceptance_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
)

// logLine is one entry of the log.
type logLine struct {
	Message, Request, Press, User, Account, Call string
	Scan, Batch                                  uint64
}

func (w *world) logLines() (all []logLine) {
	w.t.Helper()
	for line := range strings.Lines(w.log.String()) {
		var l logLine
		if err := json.Unmarshal([]byte(line), &l); err != nil || l.Message == "" {
			w.t.Errorf("not a JSON line with a message: %s", line)
		}
		all = append(all, l)
	}
	return all
}

// requests returns the distinct request ids of the matching lines, and the
// number of these lines.
func requests(all []logLine, match func(logLine) bool) (ids []string, n int) {
	for _, l := range all {
		if match(l) {
			ids, n = append(ids, l.Request), n+1
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), n
}

// TestRequestIDs checks that the log lines of one scan, press or step share a
// request id that no other has. A scan started by a press has the id of the
// press. No line names a person.
func TestRequestIDs(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.press(ada, "exclude", "")
		w.press(ada, "suspend_all", "")
		w.must(w.org.AddFault(atlassiantest.Fault{Route: "POST suspend", Count: 1, Status: 403}))
		w.submit(ada, "suspend_confirm")
		w.pass(5 * time.Minute)
		w.command(ada, "restore "+w.suspended()[0])
		w.command(ada, "why "+w.candidates()[0].AccountID)
		w.until(nextMonday().Add(time.Hour))
		all := w.logLines()
		for name, test := range map[string]struct {
			match       func(logLine) bool
			ids, atMost int // number of distinct ids and of lines.
		}{
			"the requested scan and its press": {func(l logLine) bool { return l.Scan == 1 || l.Press == "/inactive scan" }, 1, 3},
			"the scheduled scan":               {func(l logLine) bool { return l.Scan == 2 }, 1, 2},
			"presses":                          {func(l logLine) bool { return l.Message == "press decided" }, 6, 6},
			"the approval and its press":       {func(l logLine) bool { return l.Message == "approved" || l.Press == "suspend_confirm" }, 1, 2},
			"suspensions":                      {func(l logLine) bool { return l.Call == "suspend" }, 5, 5},
			"a suspension that is refused": {func(l logLine) bool {
				return l.Message == "suspension refused" || l.Message == "step sent" && l.Account == refusedIn(all) && l.Call == "suspend"
			}, 1, 2},
			"the restore": {func(l logLine) bool { return l.Call == "restore" }, 1, 1},
		} {
			if ids, n := requests(all, test.match); len(ids) != test.ids || n != test.atMost || slices.Contains(ids, "") {
				t.Errorf("%s: %d lines with the ids %q, want %d with %d", name, n, ids, test.atMost, test.ids)
			}
		}
		for u := range w.org.People() {
			for _, secret := range []string{u.Name, u.Email} {
				if len(secret) > 3 && strings.Contains(w.log.String(), secret) {
					t.Errorf("the log contains %q", secret)
				}
			}
		}
		if t.Failed() {
			t.Log(w.log)
		}
	})
}

// refusedIn returns the account whose suspension was refused.
func refusedIn(all []logLine) string {
	for _, l := range all {
		if l.Message == "suspension refused" {
			return l.Account
		}
	}
	return ""
}

// TestLogMessagesAreConstant checks that variable parts are logged as fields,
// so that messages can be searched for.
func TestLogMessagesAreConstant(t *testing.T) {
	t.Parallel()
	n := 0
	for _, dir := range []string{"..", "../../cmd/inactivebot"} {
		for _, path := range sources(t, dir) {
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(node ast.Node) bool {
				call, ok := node.(*ast.CallExpr)
				if !ok {
					return true
				}
				method, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || !slices.Contains([]string{"Msg", "Msgf", "MsgFunc"}, method.Sel.Name) {
					return true
				}
				n++
				if text, ok := call.Args[0].(*ast.BasicLit); !ok || method.Sel.Name != "Msg" || text.Kind != token.STRING {
					t.Errorf("%s logs a message that is not a constant", path)
				}
				return true
			})
		}
	}
	if n < 30 {
		t.Errorf("%d messages found, want all of them", n)
	}
}

// sources returns the paths of the bot's Go files below a directory, without
// tests and the Slack simulator.
func sources(t *testing.T, dir string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == "slacktest" {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
