package acceptance_test

import (
	"slices"
	"strings"
	"time"

	"inactivebot/storage"
)

// judgeRules: at the claim no rule by group or domain protected the person. A
// rule added at the very moment of the claim may be later.
func (h *history) judgeRules(store *storage.Store, key string, claim storage.AuditEntry) {
	ends := map[string]time.Time{} // rule → until when it holds.
	for _, l := range h.lines {
		if !strings.HasSuffix(l.Action, " rule") || !l.At.Before(claim.At) {
			continue
		}
		text, known, err := store.AuditText(l.Text)
		h.must(err)
		if !known {
			h.note("the text of line %d is gone", l.Seq)
		}
		ends[strings.TrimSpace(text)] = ruleEnd(l)
	}
	for rule, end := range ends {
		if claim.At.Before(end) && h.ruleNames(rule, claim.Account) {
			h.note("%s was claimed at %s: %q kept them until %s", key, claim.At, rule, end)
		}
	}
}

// ruleEnd is until when a rule holds after a line of the audit log.
func ruleEnd(l storage.AuditEntry) time.Time {
	if l.Action == "remove rule" {
		return time.Time{}
	}
	if until, err := time.Parse(time.RFC3339, l.Detail["until"]); err == nil {
		return until
	}
	return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
}

// ruleNames reports whether a rule matches a person, by the truth alone.
func (h *history) ruleNames(rule, account string) bool {
	p, _ := h.org.Person(account)
	_, domain, _ := strings.Cut(p.Email, "@")
	kind, name, _ := strings.Cut(rule, ":")
	return kind == "group" && slices.Contains(p.Groups, name) || kind == "domain" && strings.EqualFold(domain, name)
}
