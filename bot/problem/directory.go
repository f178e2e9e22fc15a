package problem

import (
	"fmt"
	"strings"

	"inactivebot/atlassian"
)

// DirectoryError says that the settings do not name exactly one directory.
type DirectoryError struct {
	Wanted string                // the one the settings name, empty for none.
	Have   []atlassian.Directory // those the key can see.
}

func (e DirectoryError) Error() string {
	var names []string
	for _, d := range e.Have {
		names = append(names, fmt.Sprintf("%s (%s)", d.ID, d.Name))
	}
	switch {
	case len(e.Have) == 0:
		return "the API key sees no directory: make the key as an organisation admin"
	case e.Wanted != "":
		return "ATLASSIAN_DIRECTORY_ID names no directory of the organisation; it has " + strings.Join(names, ", ")
	}
	return "the organisation has several directories; set ATLASSIAN_DIRECTORY_ID to one of " + strings.Join(names, ", ")
}

// GroupError is a rule with a group name where Atlassian does not return the
// names of groups.
type GroupError struct{ Rule string }

func (e GroupError) Error() string {
	return fmt.Sprintf("the rule %s finds nobody: Atlassian tells no names of groups here, so write the group's id, as in group:0e3f…", e.Rule)
}
