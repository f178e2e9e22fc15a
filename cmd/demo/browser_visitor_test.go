package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// visitor is a user of the page in a separate tab.
type visitor struct {
	*testing.T
	where addressBook
	tab   context.Context

	mu     sync.Mutex
	errors []string // Errors in the browser and requests to other hosts.
}

// pageHelpers are JavaScript helpers that find what a user sees. Controls are found by
// their text or label, in the topmost dialog only.
const pageHelpers = `
	const modal = document.querySelector('#modal[open]'), within = document.querySelector('#confirm[open]') || modal || document.body;
	const shown = e => e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().width > 0;
	const named = name => [...within.querySelectorAll('button, summary, a, input, select')].filter(shown)
		.find(e => [e.innerText, e.getAttribute('aria-label'), e.labels?.[0]?.innerText].some(said => said?.trim().startsWith(name)));
	const reads = text => within.innerText.includes(text);
	const row = name => [...document.querySelectorAll('.message .block')].find(e => e.querySelector('strong')?.innerText === name);
	const person = name => [...document.querySelectorAll('#directory li')].find(e => e.querySelector('.who').innerText === name);
	const refusals = () => [...document.querySelectorAll('.message.ephemeral')].filter(e => /only approvers|not an approver/i.test(e.innerText));
`

// visit opens the page in a new tab, records its errors and waits for the first
// report.
func visit(browser context.Context, t *testing.T, where addressBook) *visitor {
	t.Helper()
	tab, closeTab := chromedp.NewContext(browser)
	t.Cleanup(closeTab)
	v := &visitor{T: t, where: where, tab: tab}
	if err := chromedp.Listen(tab, v.listen); err != nil {
		t.Fatal(err)
	}
	v.do(chromedp.EmulateViewport(1280, 860), chromedp.Navigate(where.Page))
	v.until("Suspend all is shown", `named('Suspend all')`)
	return v
}

// listen records console errors and requests to other hosts.
func (v *visitor) listen(event any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		v.errors = append(v.errors, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			said := ""
			for _, arg := range e.Args {
				said += " " + string(arg.Value) + arg.Description
			}
			v.errors = append(v.errors, "console: "+string(e.Type)+said)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			v.errors = append(v.errors, fmt.Sprintf("browser: %s %s", e.Entry.Text, e.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		to, err := url.Parse(e.Request.URL)
		if err != nil || to.Scheme != "data" && !isLoopback(to.Host) {
			v.errors = append(v.errors, "request to "+e.Request.URL)
		}
	}
}

// checkErrors fails the test if errors were recorded.
func (v *visitor) checkErrors() {
	v.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, wrong := range v.errors {
		v.Error(wrong)
	}
}

// do runs actions in the browser.
func (v *visitor) do(steps ...chromedp.Action[chromedp.Void]) {
	v.Helper()
	if err := chromedp.Do(v.tab, steps...); err != nil {
		v.Fatal(err)
	}
}

// evaluate evaluates a JavaScript expression with the helpers.
func evaluate[T any](v *visitor, expression string) T {
	v.Helper()
	value, err := chromedp.Run(v.tab, chromedp.Evaluate[T]("(() => {"+pageHelpers+"return "+expression+"})()"))
	if err != nil {
		v.Fatalf("%s: %v", expression, err)
	}
	return value
}

// until waits up to 30 seconds for a condition on the page.
func (v *visitor) until(what, expression string) {
	v.Helper()
	seen, err := chromedp.Run(v.tab, chromedp.Evaluate[string](`new Promise(resolve => {
		const end = Date.now() + 30000;
		const look = () => {`+pageHelpers+`
			if (document.readyState === 'complete' && (`+expression+`)) resolve('');
			else if (Date.now() > end) resolve(within.innerText);
			else setTimeout(look, 20);
		};
		look();
	})`, chromedp.EvalAwaitPromise))
	if err != nil || seen != "" {
		v.Fatalf("%s: timed out (%v). The page shows:\n%s", what, err, seen)
	}
}

// press clicks a control.
func (v *visitor) press(name string) {
	v.Helper()
	v.do(v.click(name))
}

// follow clicks a link and waits for its page to load.
func (v *visitor) follow(name string) {
	v.Helper()
	if _, err := chromedp.Run(v.tab, chromedp.WaitEvent(page.LoadEventFired, nil, v.click(name))); err != nil {
		v.Fatal(err)
	}
}

// click returns a click on the centre of a control, which must not be covered.
func (v *visitor) click(name string) chromedp.Action[chromedp.Void] {
	v.Helper()
	v.until(name+" can be pressed", "named("+quoted(name)+") && !named("+quoted(name)+").disabled")
	at := evaluate[[]float64](v, `(() => {
		const control = named(`+quoted(name)+`);
		control.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
		const box = control.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
		return control.contains(document.elementFromPoint(x, y)) ? [x, y] : [];
	})()`)
	if len(at) == 0 {
		v.Fatalf("%s is covered by another element", name)
	}
	return chromedp.MouseClickXY(at[0], at[1])
}

// keys sends key presses to the focused element.
func (v *visitor) keys(keys string, options ...chromedp.KeyOption) {
	v.Helper()
	v.do(chromedp.KeyEvent(keys, options...))
}

// tabTo moves the focus to a control with the Tab key.
func (v *visitor) tabTo(name string, options ...chromedp.KeyOption) {
	v.Helper()
	for range 150 {
		v.keys(kb.Tab, options...)
		if evaluate[bool](v, "document.activeElement === named("+quoted(name)+")") {
			return
		}
	}
	v.Fatalf("the Tab key does not reach %s", name)
}

// quoted returns a text as a JavaScript string.
func quoted(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// listed returns the names of the people in the newest report who can be
// excluded.
func (v *visitor) listed() []string {
	v.Helper()
	names := evaluate[[]string](v, `[...document.querySelectorAll('[data-action=exclude]')].map(e => e.closest('.block').querySelector('strong').innerText)`)
	return slices.DeleteFunc(names, func(name string) bool { return strings.TrimSpace(name) == "" })
}

// suspendButton returns the text of the open modal's submit button. The label
// of one of the modal's inputs starts with the same word.
func (v *visitor) suspendButton() string {
	v.Helper()
	const button = `[...modal.querySelectorAll('button')].find(e => /^Suspend [0-9]/.test(e.innerText))`
	v.until("the modal can be submitted", "modal && "+button)
	return evaluate[string](v, button+".innerText.trim()")
}
