package atlassian

import (
	"context"
	"errors"
	"net/http"
)

// Suspend removes a person's access to all apps of one directory until Restore.
// The request is retried only after a 429, which has no effect. Success means
// that the API accepted the request; reads may show the old status for up to a
// minute. After an [Error] that is not Definite the person may be suspended.
//
// Reference: POST suspend in
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/.
func (c *Client) Suspend(ctx context.Context, directoryID, accountID string) error {
	return c.changeAccess(ctx, "suspend", directoryID, accountID)
}

// Restore returns the access that Suspend removed, including groups and roles.
// It behaves as Suspend does. A 409 with the code ADMIN-409-3 means that no
// licence is available.
//
// Reference: POST restore in
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/.
func (c *Client) Restore(ctx context.Context, directoryID, accountID string) error {
	return c.changeAccess(ctx, "restore", directoryID, accountID)
}

func (c *Client) changeAccess(ctx context.Context, verb, directoryID, accountID string) error {
	r := request{
		op:      verb,
		account: accountID,
		route:   "POST " + verb,
		method:  http.MethodPost,
		path:    []string{"v2", "orgs", c.org, "directories", directoryID, "users", accountID, verb},
		write:   true,
	}
	if err := errors.Join(checkDirectory(r, directoryID), checkAccount(r)); err != nil {
		return err
	}
	return c.do(ctx, r, nil)
}
