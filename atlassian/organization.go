package atlassian

import (
	"context"
	"net/http"
)

// Organization reads the organisation's id and name.
//
// Reference: GET org in
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-orgs/.
func (c *Client) Organization(ctx context.Context) (Organization, error) {
	r := request{
		op:     "read the organisation",
		route:  "GET org",
		method: http.MethodGet,
		path:   []string{"v1", "orgs", c.org},
	}
	var org Organization
	err := c.do(ctx, r, func(body []byte) (err error) {
		org, err = decodeOrganization(body)
		return err
	})
	return org, err
}

func decodeOrganization(body []byte) (Organization, error) {
	var response struct {
		Data *struct {
			ID         string `json:"id"`
			Attributes struct {
				Name text `json:"name"`
			} `json:"attributes"`
		} `json:"data"`
	}
	if err := decode(body, &response); err != nil {
		return Organization{}, err
	}
	if response.Data == nil || response.Data.ID == "" {
		return Organization{}, errNoData
	}
	return Organization{ID: response.Data.ID, Name: response.Data.Attributes.Name.value}, nil
}

// Organization identifies the organisation.
type Organization struct {
	ID   string
	Name string
}
