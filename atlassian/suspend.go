package atlassian

import (
	"context"
	"errors"
	"net/http"
)

// Suspend takes away somebody's access to every app of one directory until it is
// restored. It is sent once; only a 429, after which nothing has happened, makes
// it try again. Success means that the API took it: the change may show up to a
// minute later. After an [Error] that is not Definite it may have happened.
//
// Reference: POST suspend in
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/.
func (c *Client) Suspend(ctx context.Context, directoryID, accountID string) error {
	return c.changeAccess(ctx, "suspend", directoryID, accountID)
}

// Restore gives back what Suspend took away, with groups and roles, under the
// same rules. Its 409 with the code ADMIN-409-3 says that no licence is free.
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

// The checks below come before anything is sent, so their errors are
// [KindRefused] without a status.
