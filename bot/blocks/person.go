package blocks

import (
	"strings"
	"unicode"

	"inactivebot/storage"
)

func bold(s string) string { return "*" + escapeShort(s, maxName) + "*" }

// nameAndID returns the name of a person, and the email or else the account id,
// because names are not unique. A person without a visible name gets the id as
// name.
func nameAndID(p storage.Person) (name, id string) {
	if id = cleanSpaces(p.Email); id == "" {
		id = p.AccountID
	}
	if name = cleanSpaces(p.Name); !strings.ContainsFunc(name, visible) {
		name = id
	}
	return name, id
}

func visible(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) }

// PersonLabel returns a person as mrkdwn: the name, and the email or else the account id.
func PersonLabel(p storage.Person) string {
	name, id := nameAndID(p)
	if name == id {
		return bold(name)
	}
	return bold(name) + " · " + escapeShort(id, maxName)
}

// plainName returns a person as plain text. The name is first because the end may
// be cut.
func plainName(p storage.Person) string {
	name, id := nameAndID(p)
	if name == id {
		return truncate(name, maxName)
	}
	return truncate(name, maxName/2) + " · " + id
}

// names returns people as part of a sentence, at most 15 of them by name.
func names(people []storage.Person) string {
	const most = 15
	var first []string
	for _, p := range people[:min(most, len(people))] {
		first = append(first, PersonLabel(p))
	}
	return joinMore(first, len(people))
}
