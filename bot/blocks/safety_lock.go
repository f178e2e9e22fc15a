package blocks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// lockTexts say for every tripwire what looked wrong about a scan.
var lockTexts = map[policy.TripwireKind]func(storage.Lock) string{
	policy.ManyNewlyInactive: func(l storage.Lock) string {
		return fmt.Sprintf("%s of %s who can log in became inactive at once", number(l.N), People(l.Of))
	},
	policy.ManyUnknown: func(l storage.Lock) string {
		return fmt.Sprintf("%s of %s who can log in could not be checked", number(l.N), People(l.Of)) + causeText(l)
	},
	policy.ActivityLost: func(l storage.Lock) string {
		return fmt.Sprintf("%s of %s with activity on record have none now", number(l.N), People(l.Of))
	},
	policy.FewerPeople: func(l storage.Lock) string {
		return fmt.Sprintf("the directory has %s, down from %s", People(l.N), number(l.Of))
	},
	policy.WentBackwards: func(l storage.Lock) string {
		return fmt.Sprintf("for %s of %s the last activity is earlier than before", number(l.N), People(l.Of))
	},
	policy.NoOneActive: func(l storage.Lock) string {
		return fmt.Sprintf("none of %s who can log in used any app in 7 days", People(l.Of))
	},
	policy.RuleMatchesNoOne: func(l storage.Lock) string {
		return fmt.Sprintf("the rule %s matched %s and now matches no one", Code(l.Detail), People(l.Of))
	},
	policy.ClockOff: func(l storage.Lock) string {
		return fmt.Sprintf("the bot's clock differs from Atlassian's by %s", skewText(l.Detail))
	},
	policy.NewerMessage: func(storage.Lock) string {
		return "a message in this channel shows decisions that the bot's database does not have, so the database is probably an older copy, and exclusions may be missing"
	},
	policy.NoManagementData: func(l storage.Lock) string {
		return fmt.Sprintf("Atlassian did not return which accounts your identity provider manages, and %s would be listed without that check", People(l.N))
	},
	policy.SourcesDisagree: func(l storage.Lock) string {
		return fmt.Sprintf("for %s of %s in a sample, Atlassian reports two different last activities", number(l.N), People(l.Of))
	},
}

// causeText is the most frequent cause of a lock, with the number of people. It is
// empty if none is stored.
func causeText(l storage.Lock) string {
	code, detail, _ := strings.Cut(l.Detail, ":")
	t, ok := reasonTexts[code]
	if !ok {
		return ""
	}
	return fmt.Sprintf(", %s of them for this reason: %s", number(l.Most), withDetail(t.clause, detail))
}

// skewText returns a stored Go duration in words.
func skewText(stored string) string {
	d, err := time.ParseDuration(stored)
	if err != nil {
		return "more than 5 minutes"
	}
	return durationText(d)
}

// LockReasons returns what looked wrong, as a part of a sentence.
func LockReasons(locks []storage.Lock) string {
	var parts []string
	for _, l := range locks {
		text := "something about the data"
		if textOf, ok := lockTexts[policy.TripwireKind(l.Kind)]; ok {
			text = textOf(l)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// lockText is the explanation below the headline of a locked report.
func (r Report) lockText() string {
	if slices.ContainsFunc(r.Report.Locks, func(l storage.Lock) bool { return l.Kind == storage.LockNewerMessage }) {
		return fmt.Sprintf("The safety lock is on: %s. No one can be suspended from this report. Compare `/inactive exclusions` with what this channel shows, then override the lock; scanning again does not end it.", LockReasons(r.Report.Locks)) + r.overrideText()
	}
	s := fmt.Sprintf("The safety lock is on because this scan looks wrong: %s. No one can be suspended from it. Press Scan again; the lock ends with the next scan that looks right.", LockReasons(r.Report.Locks))
	if slices.ContainsFunc(r.Report.Locks, func(l storage.Lock) bool { return l.Kind == string(policy.NoManagementData) }) {
		s += " If it does not matter who manages the accounts, set `INACTIVEBOT_IDP_MANAGED=suspend` and restart the bot first."
	}
	return s + r.overrideText()
}

// overrideText says who overrode the lock so far.
func (r Report) overrideText() string {
	n := len(r.Report.Overrides)
	if n == 0 {
		return ""
	}
	last := r.Report.Overrides[n-1]
	return fmt.Sprintf(" %s overrode the lock on %s. One more approver must confirm.", Mention(last.By), LocalTime(last.At))
}

// OverrideConfirm is the confirmation before an approver overrides a lock.
func OverrideConfirm(r storage.Report, private string) slack.ModalViewRequest {
	return modal(ViewOverride, "Override the lock?", "Override lock", private,
		section("", fmt.Sprintf("*What looked wrong in report %d:* %s.", r.ID, LockReasons(r.Locks)), nil),
		section("", "Override only if you know why. Two approvers must confirm; a single approver must confirm twice, 24 hours apart. After that, people can be suspended from this report.", nil))
}
