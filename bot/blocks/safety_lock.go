package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// lockReasons say what looked wrong about a scan, with the figures.
var lockReasons = map[string]func(storage.Lock) string{
	"many_newly_inactive": func(l storage.Lock) string {
		return fmt.Sprintf("%s of %s who can log in became inactive at once", number(l.N), People(l.Of))
	},
	"many_unknown": func(l storage.Lock) string {
		return fmt.Sprintf("%s of %s who can log in could not be read", number(l.N), People(l.Of))
	},
	"activity_lost": func(l storage.Lock) string {
		return fmt.Sprintf("%s of %s who had activity on record have none now", number(l.N), People(l.Of))
	},
	"fewer_people": func(l storage.Lock) string {
		return fmt.Sprintf("the directory has %s, and had %s", People(l.N), number(l.Of))
	},
	"went_backwards": func(l storage.Lock) string {
		return fmt.Sprintf("for %s of %s the last activity is earlier than it was", number(l.N), People(l.Of))
	},
	"nobody_active": func(l storage.Lock) string {
		return fmt.Sprintf("none of %s who can log in used anything in 7 days", People(l.Of))
	},
	"rule_matches_nobody": func(l storage.Lock) string {
		return fmt.Sprintf("the rule %s matched %s and matches nobody now", Code(l.Detail), People(l.Of))
	},
	"clock_off": func(l storage.Lock) string {
		return fmt.Sprintf("the bot's clock is %s off Atlassian's", l.Detail)
	},
	"ways_disagree": func(l storage.Lock) string {
		return fmt.Sprintf("for %s of %s looked at twice, Atlassian tells two different last activities", number(l.N), People(l.Of))
	},
}

// LockReasons are a sentence's worth of what looked wrong.
func LockReasons(locks []storage.Lock) string {
	var parts []string
	for _, l := range locks {
		text := "something about the data"
		if say, ok := lockReasons[l.Kind]; ok {
			text = say(l)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// lockText is what a lockText report says under its lead.
func (r Report) lockText() string {
	s := fmt.Sprintf("The safety lock is on, because this scan looks wrong: %s. Nobody can be suspended from it. Press Scan again; the lock ends with the next scan that looks right.", LockReasons(r.Report.Locks))
	if n := len(r.Report.Overrides); n > 0 {
		s += fmt.Sprintf(" %s says it is right all the same, on %s; a second word is wanted.", Mention(r.Report.Overrides[n-1].By), Local(r.Report.Overrides[n-1].At))
	}
	return s
}

// OverrideConfirm asks before an approver says that a locked report is right.
func OverrideConfirm(r storage.Report, private string) slack.ModalViewRequest {
	return modal(ViewOverride, "Override the lock?", "It is right", private,
		section("", fmt.Sprintf("*What looked wrong in report %d:* %s.", r.ID, LockReasons(r.Locks)), nil),
		section("", "Override only if you know why. It takes two approvers; where there is only one, that one twice, 24 hours apart. Then people can be suspended from this report.", nil))
}
