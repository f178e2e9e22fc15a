package blocks

import (
	"strings"
	"unicode"

	"inactivebot/storage"
)

func bold(s string) string { return "*" + escapeShort(s, maxName) + "*" }

// nameAndID are what a person is called, and the email or else the account id,
// because names are not unique. Who has no name that can be seen is called by
// the id.
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

// Who is a person as mrkdwn: the name and the email, or the account id where
// there is no email.
func Who(p storage.Person) string {
	name, id := nameAndID(p)
	if name == id {
		return bold(name)
	}
	return bold(name) + " · " + escapeShort(id, maxName)
}

// plainName is a person where text is not formatted, the name first because the
// end may be cut.
func plainName(p storage.Person) string {
	name, id := nameAndID(p)
	if name == id {
		return truncate(name, maxName)
	}
	return truncate(name, maxName/2) + " · " + id
}

// names are people in one sentence, as many as it holds.
func names(people []storage.Person) string {
	const most = 15
	var first []string
	for _, p := range people[:min(most, len(people))] {
		first = append(first, Who(p))
	}
	return joinMore(first, len(people))
}
