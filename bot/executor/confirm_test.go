package executor_test

import (
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/storage"
)

// TestOtherPeopleInTheAnswer lets the search ignore which accounts are asked for,
// so that it returns everyone, other suspended people among them. A request without
// an effect is not confirmed by their status, and one with an effect is.
func TestOtherPeopleInTheAnswer(t *testing.T) {
	t.Parallel()
	inLab(t, func(l *lab) {
		all := l.approve(4)
		l.org(atlassiantest.OrgSettings{IgnoreFilters: []string{"accountIds"}})
		l.faultFor(atlassiantest.Fault{Cut: atlassiantest.CutBefore}, suspendRoute, all[1])
		l.run()
		l.checkBatch("")
		l.checkSuspended(without(all, 1)...)
		l.checkSteps("suspended ", 0, 2, 3)
		l.checkSteps("failed unclear", 1)
	})
}

// TestConfirmedByReading checks that a suspension whose response was lost is
// confirmed by reading and is not sent again.
func TestConfirmedByReading(t *testing.T) {
	t.Parallel()
	inLab(t, func(l *lab) {
		all := l.approve(3)
		l.faultFor(atlassiantest.Fault{Cut: atlassiantest.CutAfter}, suspendRoute, all[1])
		l.run()
		l.checkBatch("")
		l.checkSuspended(all...)
		l.checkSteps("suspended ", 0, 1, 2)
		if got := l.requests(suspendRoute); got != len(all) {
			t.Errorf("%d requests, want %d", got, len(all))
		}
	})
}

// TestSentAtMostThreeTimes checks that a request without an effect is sent three
// times at most, each time after a second look, and that the step then fails.
func TestSentAtMostThreeTimes(t *testing.T) {
	t.Parallel()
	inLab(t, func(l *lab) {
		all := l.approve(1)
		l.faultFor(atlassiantest.Fault{Cut: atlassiantest.CutBefore}, suspendRoute, all...)
		l.start()
		l.pass(50 * time.Second)
		if got := l.requests(suspendRoute); got != 1 {
			t.Errorf("%d requests within the settle time, want 1", got)
		}
		l.pass(2 * time.Hour)
		l.checkSuspended()
		if got, st := l.requests(suspendRoute), l.steps()[0]; got != 3 || st != "failed unclear" {
			t.Errorf("%d requests and %q, want 3 and failed unclear", got, st)
		}
	})
}

// TestNotSentAgainToAnActivePerson checks that the second look before another
// request counts: a person who came back is not suspended by it.
func TestNotSentAgainToAnActivePerson(t *testing.T) {
	t.Parallel()
	inLab(t, func(l *lab) {
		all := l.approve(1)
		l.faultFor(atlassiantest.Fault{Cut: atlassiantest.CutBefore}, suspendRoute, all...)
		l.start()
		l.pass(10 * time.Second)
		l.Org.ClearFaults()
		l.Org.ChangePerson(all[0], func(p *atlassiantest.Person) { p.ProductAccess[0].LastActive = new(time.Now()) })
		l.pass(2 * time.Hour)
		l.checkSuspended()
		if got, st := l.requests(suspendRoute), l.steps()[0]; got != 1 || st != "skipped active" {
			t.Errorf("%d requests and %q, want 1 and skipped active", got, st)
		}
	})
}

// TestNotSentAgainAfterItWasAccepted checks that an accepted request is not sent
// again, because someone else may have restored the person meanwhile.
func TestNotSentAgainAfterItWasAccepted(t *testing.T) {
	t.Parallel()
	inLab(t, func(l *lab) {
		l.approve(1)
		l.org(atlassiantest.OrgSettings{VisibleAfterMS: new(3_600_000)})
		l.run()
		if got, st := l.requests(suspendRoute), l.steps()[0]; got != 1 || st != string(storage.StepFailed)+" "+storage.FailUnclear {
			t.Errorf("%d requests and %q, want 1 and failed unclear", got, st)
		}
	})
}
