package atlassian

import (
	"context"
	"errors"
	"net/http"
)

// maxDirectoryPages limits the list of directories; most organisations have one
// page.
const maxDirectoryPages = 100

// Directories lists the directories that the API key can access.
//
// Reference: GET directories in
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-directory/.
func (c *Client) Directories(ctx context.Context) ([]Directory, error) {
	r := request{
		op:     "list directories",
		route:  "GET directories",
		method: http.MethodGet,
		path:   []string{"v2", "orgs", c.org, "directories"},
	}
	var all []Directory
	err := readPages(ctx, c, maxDirectoryPages, r, decodeDirectories, func(page []Directory) {
		all = append(all, page...)
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func decodeDirectories(body []byte) (all []Directory, next string, err error) {
	var page struct {
		Data []struct {
			ID   string `json:"directoryId"`
			Name text   `json:"name"`
		} `json:"data"`
		Links links `json:"links"`
	}
	if err := decode(body, &page); err != nil {
		return nil, "", err
	}
	if page.Data == nil {
		return nil, "", errNoData
	}
	for _, d := range page.Data {
		if d.ID == "" {
			return nil, "", errors.New("a directory has no id")
		}
		all = append(all, Directory{ID: d.ID, Name: d.Name.value})
	}
	next, err = page.Links.cursor()
	return all, next, err
}

// Directory is one user directory of the organisation. Suspend and Restore act
// on one directory.
type Directory struct {
	ID   string
	Name string
}

// AllDirectories is the directory id for reading all directories that the API
// key can access. Suspend and Restore reject it.
const AllDirectories = "-"
