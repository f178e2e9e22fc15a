package main

import (
	"fmt"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// followTour follows the six steps of the tour.
func followTour(v *visitor) {
	v.step("Look at the report")
	v.screenshot("report")
	people := v.listed()
	if len(people) < 10 {
		v.Fatalf("the report lists %q, want at least 10", people)
	}
	excluded, back := people[0], people[len(people)-1]

	v.press("Exclude " + excluded)
	v.step("Exclude someone")

	v.press("Use Confluence now: " + back)
	v.step("Make someone active")
	v.until("the panel confirms it", "reads("+quoted(back+" used Confluence just now.")+")")

	v.press("Suspend all")
	v.until("the modal lists the people", "modal?.innerText.includes("+quoted(people[1])+")")
	if evaluate[bool](v, "modal.innerText.includes("+quoted(excluded)+")") {
		v.Errorf("the modal lists %s, who is excluded", excluded)
	}
	v.screenshot("modal")
	v.press(v.suspendButton())
	v.step("Suspend the rest")
	v.step("See who was skipped")
	v.until("the batch is over", "!modal && named('Undo this batch')")
	v.until("the report shows who was skipped", "row("+quoted(back)+")?.innerText.includes('skipped')")
	for name, want := range map[string]bool{excluded: false, back: false, people[1]: true} {
		if got := evaluate[bool](v, "person("+quoted(name)+").classList.contains('off')"); got != want {
			v.Errorf("%s is suspended in the organisation: %v, want %v", name, got, want)
		}
	}
	v.screenshot("done")

	v.press("Undo this batch")
	v.until("the confirmation opens", "modal")
	v.press("Restore")
	v.step("Undo the suspensions")
	v.until("the tour is complete", "reads('Tour complete')")
	v.until("access is restored", "!person("+quoted(people[1])+").classList.contains('off')")
}

// step waits until a step of the tour is marked as done.
func (v *visitor) step(title string) {
	v.Helper()
	done := "[...document.querySelectorAll('#tour li.done b')].some(e => e.innerText === " + quoted(title) + ")"
	v.until(fmt.Sprintf("step %q is done", title), done)
}

// rejectMember presses buttons that a member sees but may not use.
func rejectMember(v *visitor) {
	excluded := v.listed()[0]
	v.follow("Mia Member")
	v.until("the member's page is shown", "document.querySelector('#people [aria-current]')?.innerText === 'Mia Member' && named('Suspend all')")
	for i, name := range []string{"Exclude " + excluded, "Suspend all", "Browse", "See everyone"} {
		v.press(name)
		v.until(name+" is rejected", fmt.Sprintf("refusals().length === %d", i+1))
	}
	if !evaluate[bool](v, "refusals().every(e => e.innerText.includes('Only visible to you')) && !modal && !named('Undo')") {
		v.Error("a member's press had an effect")
	}
	v.press("Command")
	v.keys("/inactive pause\r")
	v.until("the command is rejected", "refusals().length === 5")
	v.follow("Ada Approver")
	v.until("the approver sees no rejections", "document.querySelector('#people [aria-current]')?.innerText === 'Ada Approver' && named('Exclude "+excluded+"') && !refusals().length")
}

// checkNarrow checks the page at the width of a phone.
func checkNarrow(v *visitor) {
	v.do(chromedp.EmulateViewport(400, 800, chromedp.EmulateMobile, chromedp.EmulateTouch), chromedp.Reload())
	v.fits("the report")
	for _, name := range []string{"See everyone", "Browse", "Suspend all"} {
		v.press(name)
		v.until(name+" opens", "modal?.querySelector('.body').innerText.length > 100")
		v.fits(name)
		v.press("Close")
		v.until(name+" closes", "!modal")
	}
	v.press("Exclude " + v.listed()[0])
	v.until("the person is excluded", "named('Add reason or end date')")
	v.fits("an exclusion")
	v.press("Simulate failures")
	v.fits("the organisation")
	v.press("Suspend all")
	v.until("the modal opens", "modal")
	v.press(v.suspendButton())
	v.until("the batch is over", "!modal && named('Undo this batch')")
	v.fits("the finished batch")
}

// fits fails the test if an element extends beyond the window's right edge.
func (v *visitor) fits(what string) {
	v.Helper()
	v.until(what+" is shown", "named('Suspend all') || named('Undo this batch') || modal")
	beyond := evaluate[[]string](v, `[...within.querySelectorAll('*')].filter(e => shown(e) && !e.closest('.scroll, .hidden, .skip') && e.getBoundingClientRect().right > 401)
		.slice(0, 5).map(e => e.tagName + ' ' + e.className + ' ' + e.innerText?.slice(0, 60))`)
	if width := evaluate[int](v, "document.scrollingElement.scrollWidth"); width > 400 || len(beyond) > 0 {
		v.Errorf("%s is %d px wide, want 400; elements beyond the edge: %q", what, width, beyond)
	}
}

// setColourScheme sets the preferred colour scheme.
func (v *visitor) setColourScheme(scheme string) {
	v.Helper()
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
	if _, err := chromedp.Call(v.tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		v.Fatal(err)
	}
}
