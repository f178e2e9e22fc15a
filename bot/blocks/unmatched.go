package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

const (
	maxUnmatched = 15 // rules or entries named in one sentence.
	maxChanged   = 5  // entries with a changed email, each with its own sentence.
)

// UnmatchedNote is the note in a report's thread about rules and entries of
// INACTIVEBOT_PROTECT that match no one. It is empty if there are none.
func UnmatchedNote(u storage.Unmatched) Message {
	text := strings.Join(UnmatchedLines(u), "\n")
	if text == "" {
		return Message{}
	}
	return Message{Text: text, Blocks: []slack.Block{section("", text, nil)}}
}

// UnmatchedLines says in Slack which rules and entries match no one, and whom an
// entry still protects.
func UnmatchedLines(u storage.Unmatched) (lines []string) {
	words := unmatchedWords{code: Code, text: func(s string) string { return escapeShort(s, maxName) }}
	for _, a := range words.advice(u) {
		lines = append(lines, a.Sentences())
	}
	return lines
}

// UnmatchedAdvice says the same as plain text.
func UnmatchedAdvice(u storage.Unmatched) []Advice {
	clean := func(s string) string { return truncate(cleanSpaces(s), maxName) }
	return unmatchedWords{code: clean, text: clean}.advice(u)
}

// Advice is a problem with a setting.
type Advice struct {
	Problem string // what is wrong, in sentences.
	Fix     string // what to do, in the imperative, without a full stop.
}

// Sentences returns both as sentences.
func (a Advice) Sentences() string {
	return a.Problem + " " + strings.ToUpper(a.Fix[:1]) + a.Fix[1:] + "."
}

// unmatchedWords is how words from outside are shown.
type unmatchedWords struct{ code, text func(string) string }

func (w unmatchedWords) advice(u storage.Unmatched) (all []Advice) {
	var none []string
	var changed []storage.ProtectEntry
	for _, e := range u.Protect {
		if len(e.Earlier) == 0 {
			none = append(none, e.Entry)
		} else {
			changed = append(changed, e)
		}
	}
	if n := len(u.Rules); n > 0 {
		all = append(all, Advice{
			fmt.Sprintf("%s no one: %s.", plural(n, "This rule matches", "These rules match"), w.list(u.Rules)),
			fmt.Sprintf("check %s for typos", plural(n, "it", "them")),
		})
	}
	if n := len(none); n > 0 {
		all = append(all, Advice{
			fmt.Sprintf("%s of INACTIVEBOT_PROTECT %s no one: %s.", plural(n, "This entry", "These entries"), plural(n, "matches", "match"), w.list(none)),
			fmt.Sprintf("check %s for typos, or use account ids, which never change", plural(n, "it", "them")),
		})
	}
	for _, e := range changed[:min(maxChanged, len(changed))] {
		all = append(all, w.changed(e, u.People))
	}
	if n := len(changed) - maxChanged; n > 0 {
		all = append(all, Advice{
			fmt.Sprintf("%s more %s of INACTIVEBOT_PROTECT still %s accounts whose email has changed.", number(n), plural(n, "entry", "entries"), plural(n, "protects", "protect")),
			"use account ids, which never change",
		})
	}
	return all
}

// changed is about an entry that protects accounts whose email has changed.
func (w unmatchedWords) changed(e storage.ProtectEntry, people []storage.Person) Advice {
	entry, earlier := w.text(e.Entry)+" in INACTIVEBOT_PROTECT", w.people(e.Earlier, people)
	if len(e.Now) == 0 {
		return Advice{
			entry + " matches no email now. It still protects " + earlier + ".",
			"replace the email with the account id, which never changes",
		}
	}
	return Advice{
		entry + " now matches " + w.people(e.Now, people) + ". It still protects " + earlier + ".",
		"replace the email with the account ids to protect, which never change",
	}
}

func (w unmatchedWords) list(all []string) string {
	var first []string
	for _, s := range all[:min(maxUnmatched, len(all))] {
		first = append(first, w.code(s))
	}
	return joinMore(first, len(all))
}

// people names accounts with their ids, because the ids are what to type.
func (w unmatchedWords) people(accounts []string, people []storage.Person) string {
	var first []string
	for _, account := range accounts[:min(maxChanged, len(accounts))] {
		label := "account id " + w.code(account)
		i := slices.IndexFunc(people, func(p storage.Person) bool { return p.AccountID == account })
		if i >= 0 && strings.ContainsFunc(cleanSpaces(people[i].Name), visible) {
			label = w.text(people[i].Name) + ", " + label
		}
		first = append(first, label)
	}
	return strings.Join(first, "; ") + moreAccounts(len(accounts)-len(first))
}

func moreAccounts(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; and %s more", number(n))
}
