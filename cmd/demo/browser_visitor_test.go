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

// visitor is a person at the page, in a tab of their own.
type visitor struct {
	*testing.T
	where addressBook
	tab   context.Context

	mu    sync.Mutex
	wrong []string // What the browser complained about, and where it went that it should not.
}

// eyes are what a person sees and uses on the page. Controls go by what stands
// on them or is said of them, and are those of the window on top.
const eyes = `
	const modal = document.querySelector('#modal[open]'), within = document.querySelector('#confirm[open]') || modal || document.body;
	const shown = e => e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().width > 0;
	const named = name => [...within.querySelectorAll('button, summary, a, input, select')].filter(shown)
		.find(e => [e.innerText, e.getAttribute('aria-label'), e.labels?.[0]?.innerText].some(said => said?.trim().startsWith(name)));
	const reads = text => within.innerText.includes(text);
	const row = name => [...document.querySelectorAll('.message .block')].find(e => e.querySelector('strong')?.innerText === name);
	const person = name => [...document.querySelectorAll('#directory li')].find(e => e.querySelector('.who').innerText === name);
	const refusals = () => [...document.querySelectorAll('.message.ephemeral')].filter(e => /only approvers|not an approver/i.test(e.innerText));
`

// visit opens the page in a new tab, listens to all that goes wrong there, and
// waits for the first report.
func visit(browser context.Context, t *testing.T, where addressBook) *visitor {
	t.Helper()
	tab, closeTab := chromedp.NewContext(browser)
	t.Cleanup(closeTab)
	v := &visitor{T: t, where: where, tab: tab}
	if err := chromedp.Listen(tab, v.listen); err != nil {
		t.Fatal(err)
	}
	v.do(chromedp.EmulateViewport(1280, 860), chromedp.Navigate(where.Page))
	v.until("Suspend all stands there", `named('Suspend all')`)
	return v
}

// listen keeps what a person would find in the browser's console, and requests
// that leave this computer.
func (v *visitor) listen(event any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		v.wrong = append(v.wrong, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			said := ""
			for _, arg := range e.Args {
				said += " " + string(arg.Value) + arg.Description
			}
			v.wrong = append(v.wrong, "console: "+string(e.Type)+said)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			v.wrong = append(v.wrong, fmt.Sprintf("browser: %s %s", e.Entry.Text, e.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		to, err := url.Parse(e.Request.URL)
		if err != nil || to.Scheme != "data" && !isLoopback(to.Host) {
			v.wrong = append(v.wrong, "request to "+e.Request.URL)
		}
	}
}

// judge fails the test when something went wrong in the browser.
func (v *visitor) judge() {
	v.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, wrong := range v.wrong {
		v.Error(wrong)
	}
}

// do does something in the browser.
func (v *visitor) do(steps ...chromedp.Action[chromedp.Void]) {
	v.Helper()
	if err := chromedp.Do(v.tab, steps...); err != nil {
		v.Fatal(err)
	}
}

// look evaluates an expression with the visitor's eyes.
func look[T any](v *visitor, expression string) T {
	v.Helper()
	value, err := chromedp.Run(v.tab, chromedp.Evaluate[T]("(() => {"+eyes+"return "+expression+"})()"))
	if err != nil {
		v.Fatalf("%s: %v", expression, err)
	}
	return value
}

// until waits for something on the page, half a minute at most.
func (v *visitor) until(what, expression string) {
	v.Helper()
	seen, err := chromedp.Run(v.tab, chromedp.Evaluate[string](`new Promise(resolve => {
		const end = Date.now() + 30000;
		const look = () => {`+eyes+`
			if (document.readyState === 'complete' && (`+expression+`)) resolve('');
			else if (Date.now() > end) resolve(within.innerText);
			else setTimeout(look, 20);
		};
		look();
	})`, chromedp.EvalAwaitPromise))
	if err != nil || seen != "" {
		v.Fatalf("%s: it does not come to that (%v). What is there:\n%s", what, err, seen)
	}
}

// press clicks on a control with the mouse.
func (v *visitor) press(name string) {
	v.Helper()
	v.do(v.click(name))
}

// follow clicks on a link and waits for the page that it leads to.
func (v *visitor) follow(name string) {
	v.Helper()
	if _, err := chromedp.Run(v.tab, chromedp.WaitEvent(page.LoadEventFired, nil, v.click(name))); err != nil {
		v.Fatal(err)
	}
}

// click is a click where a person would aim: in the middle of a control, which
// nothing may cover.
func (v *visitor) click(name string) chromedp.Action[chromedp.Void] {
	v.Helper()
	v.until(name+" can be pressed", "named("+quoted(name)+") && !named("+quoted(name)+").disabled")
	at := look[[]float64](v, `(() => {
		const control = named(`+quoted(name)+`);
		control.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
		const box = control.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
		return control.contains(document.elementFromPoint(x, y)) ? [x, y] : [];
	})()`)
	if len(at) == 0 {
		v.Fatalf("%s is covered by something", name)
	}
	return chromedp.MouseClickXY(at[0], at[1])
}

// keys types text and keys, wherever the focus is.
func (v *visitor) keys(keys string, options ...chromedp.KeyOption) {
	v.Helper()
	v.do(chromedp.KeyEvent(keys, options...))
}

// tabTo goes to a control with the Tab key, backwards with shift.
func (v *visitor) tabTo(name string, options ...chromedp.KeyOption) {
	v.Helper()
	for range 150 {
		v.keys(kb.Tab, options...)
		if look[bool](v, "document.activeElement === named("+quoted(name)+")") {
			return
		}
	}
	v.Fatalf("the Tab key does not lead to %s", name)
}

// quoted is a text as JavaScript writes it.
func quoted(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// listed are the names of the people in the newest report who can be excluded.
func (v *visitor) listed() []string {
	v.Helper()
	names := look[[]string](v, `[...document.querySelectorAll('[data-action=exclude]')].map(e => e.closest('.block').querySelector('strong').innerText)`)
	return slices.DeleteFunc(names, func(name string) bool { return strings.TrimSpace(name) == "" })
}

// suspendButton returns the text of the open modal's button that suspends. An input of the
// modal has a label that begins with the same word.
func (v *visitor) suspendButton() string {
	v.Helper()
	const button = `[...modal.querySelectorAll('button')].find(e => /^Suspend [0-9]/.test(e.innerText))`
	v.until("the modal can be submitted", "modal && "+button)
	return look[string](v, button+".innerText.trim()")
}
