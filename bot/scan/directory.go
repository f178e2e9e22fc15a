package scan

import (
	"context"
	"fmt"

	"inactivebot/atlassian"
	"inactivebot/bot/problem"
)

// FindDirectory returns the directory with the id wanted, or the only directory if
// wanted is empty. It fails with a [problem.DirectoryError] if there is no such
// directory.
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
	return atlassian.Directory{}, problem.DirectoryError{Wanted: wanted, Have: all}
}

// DirectoryID returns the id of the directory in use. It requests the id from
// Atlassian once.
func (s *Service) DirectoryID(ctx context.Context) (string, error) {
	s.directoryMu.Lock()
	defer s.directoryMu.Unlock()
	if s.directoryID != "" {
		return s.directoryID, nil
	}
	d, err := FindDirectory(ctx, s.client, s.options.DirectoryID)
	if err != nil {
		return "", err
	}
	s.directoryID = d.ID
	return d.ID, nil
}
