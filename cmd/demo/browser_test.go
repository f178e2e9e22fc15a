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
	// inBrowser lets the tests begin that need a browser. CI=true wants them
	// too, and takes no excuse.
	inBrowser = flag.Bool("browser", os.Getenv("CI") == "true", "try the page in a browser")
	// screenshots is where the pictures for README go.
	screenshots = flag.String("screenshots", "", "write pictures of the page into this folder")
)

// TestBrowser does on the page what people do, in a real browser: each part in
// a tab of its own, with a demo of its own.
func TestBrowser(t *testing.T) {
	browser := openBrowser(t)
	for _, part := range []struct {
		name string
		try  func(*visitor)
	}{
		{"the story, as a person would do it", tellStory},
		{"a member is refused", refuseMember},
		{"keyboard only", useKeyboard},
		{"400 px wide", beNarrow},
		{"accessible, light and dark", beAccessible},
	} {
		t.Run(part.name, func(t *testing.T) {
			v := visit(browser, t, startDemo(t, flags{Listen: "127.0.0.1:0", Users: 250, Seed: 1, Candidates: 6}))
			part.try(v)
			v.judge()
		})
	}
}

// openBrowser starts a browser with a fresh profile. Without one the test
// counts as not run, and says so; with CI=true it fails.
func openBrowser(t *testing.T) context.Context {
	t.Helper()
	if !*inBrowser {
		t.Skip("not run: these tests want a browser and the flag -browser")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		notRun(t, "there is no chromium: apt-get install chromium")
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

// notRun ends a test that cannot run for want of a program.
func notRun(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip("not run: " + why)
}
