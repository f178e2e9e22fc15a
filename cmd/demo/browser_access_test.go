package main

import (
	"os"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// axe is the accessibility checker, installed there by npm ci.
const axe = "../../bot/slacktest/conformance/node_modules/axe-core/axe.min.js"

// useKeyboard works through a report without a mouse.
func useKeyboard(v *visitor) {
	backwards := chromedp.KeyModifiers(chromedp.ModifierShift)
	v.tabTo("Go to the command line")
	v.keys(kb.Enter)
	v.until("the command line has the focus", "document.activeElement.id === 'text'")
	v.keys("/inactive stat" + kb.Tab + kb.Enter)
	v.until("the status is shown", "reads('Approvers')")

	excluded, next := v.listed()[0], v.listed()[1]
	v.tabTo("Exclude "+excluded, backwards)
	v.keys(kb.Enter)
	v.until("the person is excluded and the focus stays in the row",
		"named('Undo the exclusion of "+excluded+"')?.closest('.block').contains(document.activeElement)")
	v.tabTo("Exclude " + next)
	v.tabTo("Suspend all", backwards)
	v.keys(kb.Enter)
	v.until("the modal has the focus", "modal?.contains(document.activeElement)")
	v.keys(kb.Escape)
	v.until("the focus returns to the button", "!modal && document.activeElement === named('Suspend all')")
	v.keys(kb.Enter)
	v.until("the modal is open again", "modal?.contains(document.activeElement)")
	v.tabTo(v.suspendButton())
	v.keys(" ")
	v.until("the batch is over", "!modal && named('Undo this batch')")
	v.tabTo("Undo this batch")
	v.keys(kb.Enter)
	v.until("the confirmation opens", "modal?.contains(document.activeElement)")
	v.tabTo("Restore")
	v.keys(kb.Enter)
	v.until("access is restored", "!modal && !named('Undo this batch') && !person("+quoted(next)+").classList.contains('off')")
}

// checkAccessibility checks the page with axe, in light and dark colours.
func checkAccessibility(v *visitor) {
	script, err := os.ReadFile(axe)
	if err != nil {
		notRun(v.T, "axe-core is not installed: run npm ci in bot/slacktest/conformance")
	}
	v.do(chromedp.Evaluate[chromedp.Void](string(script)))
	v.press("Simulate failures")
	v.accessible("the report")
	v.setColourScheme("dark")
	v.screenshot("dark")
	v.setColourScheme("light")
	for _, name := range []string{"See everyone", "Browse", "Suspend all"} {
		v.press(name)
		v.until(name+" opens", "modal?.querySelector('.body').innerText.length > 100")
		v.accessible(name)
		if name != "Suspend all" {
			v.press("Close")
			v.until(name+" closes", "!modal")
		}
	}
	v.press(v.suspendButton())
	v.until("the batch is over", "!modal && named('Undo this batch')")
	v.accessible("the finished batch")
}

// accessible fails the test for every violation that axe finds.
func (v *visitor) accessible(what string) {
	v.Helper()
	for _, scheme := range []string{"light", "dark"} {
		v.setColourScheme(scheme)
		found, err := chromedp.Run(v.tab, chromedp.Evaluate[[]string](`axe.run(document, {resultTypes: ['violations']}).then(({violations, passes}) =>
			passes.length > 10 ? violations.map(v => v.impact + ' ' + v.id + ': ' + v.help + '\n' + v.nodes.slice(0, 3).map(n => '  ' + n.html.slice(0, 200) + ' ' + n.any.map(a => a.message)).join('\n')) : ['axe checked nothing'])`,
			chromedp.EvalAwaitPromise))
		if err != nil {
			v.Fatal(err)
		}
		if len(found) > 0 {
			v.Errorf("%s, %s:\n%s", what, scheme, strings.Join(found, "\n"))
		}
	}
	v.setColourScheme("light")
}
