package atlassian

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// User is one person, app or customer of a directory. Every field may be missing
// in a response. A nil slice means that the list was missing or null; an empty
// slice means that the list was empty.
type User struct {
	AccountID   string
	AccountType string // "atlassian" is a person; "app" and "customer" are not.
	Status      string // in lower case: active, suspended, not_invited, deactivated, for_deletion or another.
	Name        string
	Email       string
	AddedToOrg  Timestamp
	// ManagementSource is "synced" for accounts that an identity provider
	// manages and "invited" for others. It is empty if the field is missing.
	ManagementSource string
	PlatformRoles    []string        // nil: missing.
	Groups           []Group         // nil: missing.
	ProductAccess    []ProductAccess // nil: missing.
	// Malformed lists the API's names of fields that could not be decoded, such
	// as "email". Their values above are zero but unknown, so they must not be
	// used for decisions. Timestamps have their own flag and are not listed.
	Malformed []string
}

// Group is a group in the directory.
type Group struct {
	ID   string
	Name string
}

// User reads one person, without ProductAccess, PlatformRoles and Groups, which
// only [Client.Users] returns.
//
// Reference: GET user in
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/.
func (c *Client) User(ctx context.Context, directoryID, accountID string) (User, error) {
	r := request{
		op:      "read user",
		account: accountID,
		route:   "GET user",
		method:  http.MethodGet,
		path:    []string{"v2", "orgs", c.org, "directories", directoryID, "users", accountID},
	}
	if err := errors.Join(checkDirectoryOrAll(r, directoryID), checkAccount(r)); err != nil {
		return User{}, err
	}
	var user User
	err := c.do(ctx, r, func(body []byte) (err error) {
		user, err = decodeUser(body)
		if err == nil && user.AccountID != accountID {
			return errors.New("the response describes a different user")
		}
		return err
	})
	return user, err
}

func decodeUser(body []byte) (User, error) {
	var response struct {
		Data *wireUser `json:"data"`
	}
	if err := decode(body, &response); err != nil {
		return User{}, err
	}
	if response.Data == nil {
		return User{}, errNoData
	}
	return response.Data.user()
}

// wireUser is a user in a v2 response.
type wireUser struct {
	AccountID        text                       `json:"accountId"`
	AccountType      text                       `json:"accountType"`
	Status           text                       `json:"status"`
	Name             text                       `json:"name"`
	Email            text                       `json:"email"`
	AddedToOrg       wireTimestamp              `json:"addedToOrg"`
	ManagementSource text                       `json:"managementSource"`
	PlatformRoles    field[[]text]              `json:"platformRoles"`
	Groups           field[[]wireGroup]         `json:"groups"`
	ProductAccess    field[[]wireProductAccess] `json:"productAccess"`
}

type wireGroup struct {
	ID   text `json:"id"`
	Name text `json:"name"`
}

type wireProductAccess struct {
	Key        text          `json:"key"`
	ID         text          `json:"id"`
	LastActive wireTimestamp `json:"lastActiveTimestamp"`
}

// user converts w. It fails only if the account id is missing.
func (w *wireUser) user() (User, error) {
	if w.AccountID.value == "" {
		return User{}, errors.New("a user has no account id")
	}
	u := User{
		AccountID:        w.AccountID.value,
		AccountType:      strings.ToLower(w.AccountType.value),
		Status:           strings.ToLower(w.Status.value),
		Name:             w.Name.value,
		Email:            w.Email.value,
		AddedToOrg:       w.AddedToOrg.Timestamp,
		ManagementSource: strings.ToLower(w.ManagementSource.value),
	}
	lists := [...]bool{w.roles(&u), w.groups(&u), w.productAccess(&u)}
	u.Malformed = malformed(
		fieldCheck{"accountType", !w.AccountType.malformed},
		fieldCheck{"status", !w.Status.malformed},
		fieldCheck{"name", !w.Name.malformed},
		fieldCheck{"email", !w.Email.malformed},
		fieldCheck{"managementSource", !w.ManagementSource.malformed},
		fieldCheck{"platformRoles", lists[0]},
		fieldCheck{"groups", lists[1]},
		fieldCheck{"productAccess", lists[2]},
	)
	return u, nil
}

// fieldCheck is the name of a field and whether it was valid or missing.
type fieldCheck struct {
	name string
	ok   bool
}

// malformed returns the names of the malformed fields.
func malformed(checks ...fieldCheck) (names []string) {
	for _, c := range checks {
		if !c.ok {
			names = append(names, c.name)
		}
	}
	return names
}

// roles converts platformRoles. One malformed role makes the whole list
// malformed, because it may be the role that protects the person. The other
// lists follow the same rule.
func (w *wireUser) roles(u *User) (ok bool) {
	u.PlatformRoles, ok = convertList(w.PlatformRoles, func(r text) (string, bool) { return r.value, r.present })
	return ok
}

func (w *wireUser) groups(u *User) (ok bool) {
	u.Groups, ok = convertList(w.Groups, func(g wireGroup) (Group, bool) {
		return Group{ID: g.ID.value, Name: g.Name.value}, g.Name.present && !g.ID.malformed
	})
	return ok
}

func (w *wireUser) productAccess(u *User) (ok bool) {
	u.ProductAccess, ok = convertList(w.ProductAccess, func(p wireProductAccess) (ProductAccess, bool) {
		return newProductAccess(p.Key, p.ID, p.LastActive.Timestamp), p.complete()
	})
	return ok
}

// complete reports whether it is known which product on which site was used.
func (p wireProductAccess) complete() bool { return p.Key.value != "" && !p.ID.malformed }
