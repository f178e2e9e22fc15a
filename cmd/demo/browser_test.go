package main

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"
)

var (
	// inBrowser enables the tests that need a browser. With CI=true they are
	// enabled and must not be skipped.
	inBrowser = flag.Bool("browser", os.Getenv("CI") == "true", "test the page in a browser")
	// screenshots is the directory for README's screenshots.
	screenshots = flag.String("screenshots", "", "write screenshots of the page to this directory")
)

// TestBrowser uses the page in a real browser. Each part has its own tab and
// its own demo.
func TestBrowser(t *testing.T) {
	browser := openBrowser(t)
	for _, part := range []struct {
		name string
		try  func(*visitor)
	}{
		{"the tour", followTour},
		{"a member is rejected", rejectMember},
		{"keyboard only", useKeyboard},
		{"400 px wide", checkNarrow},
		{"accessible, light and dark", checkAccessibility},
	} {
		t.Run(part.name, func(t *testing.T) {
			v := visit(browser, t, startDemo(t, flags{Listen: "127.0.0.1:0", Users: 250, Seed: 1, Candidates: 6}))
			part.try(v)
			v.checkErrors()
		})
	}
}

// openBrowser starts a browser with a fresh profile. If there is none, the test
// is skipped, or fails with CI=true.
func openBrowser(t *testing.T) context.Context {
	t.Helper()
	if !*inBrowser {
		t.Skip("not run: needs a browser and the flag -browser")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		notRun(t, "chromium is not installed: apt-get install chromium")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 860),
	}
	for _, name := range []string{
		"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
		"disable-component-update", "disable-sync", "hide-scrollbars",
	} {
		options = append(options, chromedp.Flag(name, true))
	}
	allocator, closeAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(closeAllocator)
	browser, closeBrowser := chromedp.NewContext(allocator)
	t.Cleanup(closeBrowser)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("%s does not start: %v", path, err)
	}
	return browser
}

// notRun skips a test that lacks a program, or fails it with CI=true.
func notRun(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip("not run: " + why)
}
