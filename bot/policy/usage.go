package policy

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"inactivebot/atlassian"
)

// usage is the last activity of a person in the product and in other apps. A zero
// time means no activity on record.
type usage struct {
	inScope      time.Time // the product on a site in scope.
	otherSite    time.Time // the product on a site out of scope.
	otherApp     time.Time // any other product.
	otherProduct string    // the product of otherApp.
	bad          Reason    // why a relevant entry could not be read; empty: none.
	badProduct   string    // the product of that entry.
}

// readUse reads the product access of a person.
func readUse(entries []atlassian.ProductAccess, s Settings, now time.Time) usage {
	var u usage
	for _, e := range entries {
		ours := e.Key == s.Product
		switch {
		case e.LastActive.Malformed:
			u.noteUnreadable(Unreadable, e.Key, ours || !s.IgnoreOtherApps)
		case inFuture(e.LastActive, now):
			u.noteUnreadable(InTheFuture, e.Key, ours || !s.IgnoreOtherApps)
		case ours && (len(s.Sites) == 0 || slices.Contains(s.Sites, e.ID)):
			u.inScope = latest(u.inScope, e.LastActive.Latest())
		case ours:
			u.otherSite = latest(u.otherSite, e.LastActive.Latest())
		case e.LastActive.Latest().After(u.otherApp):
			u.otherApp, u.otherProduct = e.LastActive.Latest(), e.Key
		}
	}
	return u
}

func (u *usage) noteUnreadable(r Reason, product string, matters bool) {
	if matters {
		u.bad, u.badProduct = r, product
	}
}

// inFuture reports whether a timestamp lies in the future. A date without a time
// counts as the start of that day.
func inFuture(t atlassian.Timestamp, now time.Time) bool {
	return t.At.After(now.Add(futureTolerance))
}

// serviceWords are words in names and mailboxes of programs.
var serviceWords = []string{
	"svc", "bot", "api", "ci", "cd", "noreply", "reply", "service", "automation", "integration",
	"jenkins", "deploy", "backup", "sync", "system", "robot", "webhook",
}

// looksLikeService reports whether the name or the mailbox contains a word that
// programs have.
func looksLikeService(u atlassian.User) bool {
	mailbox, _, _ := strings.Cut(u.Email, "@")
	words := strings.FieldsFunc(strings.ToLower(u.Name+" "+mailbox), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(serviceWords, w) })
}
