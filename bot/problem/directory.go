package problem

import (
	"fmt"
	"strings"

	"inactivebot/atlassian"
)

// DirectoryError reports that the settings do not select exactly one directory.
type DirectoryError struct {
	Wanted string                // the id in the settings; may be empty.
	Have   []atlassian.Directory // those that the key can see.
}

// Advice returns what people read about the error.
func (e DirectoryError) Advice() Advice {
	names := make([]string, len(e.Have))
	for i, d := range e.Have {
		names[i] = fmt.Sprintf("%s (%s)", d.ID, d.Name)
	}
	list := strings.Join(names, ", ")
	const fix = "set ATLASSIAN_DIRECTORY_ID to the id of the directory to use"
	switch {
	case len(e.Have) == 0:
		return Advice{"The API key sees no directory.", "create the key as an organisation admin"}
	case e.Wanted != "":
		return Advice{"ATLASSIAN_DIRECTORY_ID is not a directory of the organisation, which has " + list + ".", fix}
	}
	return Advice{"The organisation has several directories: " + list + ".", fix}
}

// Error returns the problem and its fix as sentences.
func (e DirectoryError) Error() string { return e.Advice().String() }

// GroupError reports a rule with a group name where Atlassian does not return
// group names.
type GroupError struct{ Rule string }

// Error names the rule and says what to write instead.
func (e GroupError) Error() string {
	return fmt.Sprintf("the rule %s matches no one, because Atlassian does not return group names here; write the group's id, such as group:0e3f…, in the rule", e.Rule)
}
