package bot

import (
	"context"
	"fmt"
	"strings"

	"inactivebot/atlassian"
)

// DirectoryError is an organisation in which the directory to use is not clear.
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

// FindDirectory is the directory the settings name, or the only one there is.
// The error is a [DirectoryError] where that does not name exactly one.
func FindDirectory(ctx context.Context, c *atlassian.Client, wanted string) (atlassian.Directory, error) {
	all, err := c.Directories(ctx)
	if err != nil {
		return atlassian.Directory{}, fmt.Errorf("find the directory: %w", err)
	}
	for _, d := range all {
		if d.ID == wanted || wanted == "" && len(all) == 1 {
			return d, nil
		}
	}
	return atlassian.Directory{}, DirectoryError{Wanted: wanted, Have: all}
}
