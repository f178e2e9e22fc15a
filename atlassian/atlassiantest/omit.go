package atlassiantest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// userFields names the fields of a user in v2 answers, as the reference lists
// them. Some of them are never sent.
var userFields = strings.Fields(`accountId accountType status accountStatus membershipStatus addedToOrg name nickname
	email emailVerified claimStatus platformRoles picture avatar managementSource mfaEnabled jobTitle department
	organization location timeZone counts productAccess groups deactivatedOn forDeletion links`)

// checkOmit returns an error if one of the names is not a field of a user.
func checkOmit(names []string) error {
	for _, name := range names {
		if !slices.Contains(userFields, name) {
			return fmt.Errorf("omit: a user has no field %q; the fields are %q", name, userFields)
		}
	}
	return nil
}

// omitted returns the fields that answers leave out for the person: those left
// out for everyone and those left out for this person.
func (c *call) omitted(p *Person) []string {
	omit := slices.Concat(c.Server.org.omit, p.Omit)
	if p.EmailHidden {
		omit = append(omit, "email")
	}
	return omit
}

// omitFields returns the user without the named fields.
func omitFields(u wireUser, omit []string) map[string]json.RawMessage {
	var fields map[string]json.RawMessage
	text, err := json.Marshal(u)
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if err != nil {
		panic(err) // Wire types can always be encoded.
	}
	for _, name := range omit {
		delete(fields, name)
	}
	return fields
}
