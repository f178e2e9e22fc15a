package atlassian

import (
	"context"
	"errors"
	"net/http"
)

// User is one person, app or customer of a directory, as users/search tells it.
// Every field may be missing in an answer, and a missing list is not an empty
// one: a nil slice means that the field was absent or null, an empty one that
// it was there and empty.
type User struct {
	AccountID   string
	AccountType string // "atlassian" is a person; "app" and "customer" are not.
	Status      string // active, suspended, not_invited, deactivated, for_deletion; an open set.
	Name        string
	Email       string
	AddedToOrg  Timestamp
	// ManagementSource is "synced" for accounts an identity provider owns,
	// "invited" for the rest, and empty when the field is missing or null.
	ManagementSource string
	PlatformRoles    []string        // nil: not told.
	Groups           []Group         // nil: not told.
	ProductAccess    []ProductAccess // nil: not told.
	// Malformed names the fields that were there and could not be read, as the
	// API calls them: "email", "productAccess". They are zero above, and unknown
	// rather than absent: whoever decides something by such a field must not. A
	// timestamp says so itself and is not named here.
	Malformed []string
}

// Group is a group of the directory that a user is a member of.
type Group struct {
	ID   string
	Name string
}

// User reads one person. It tells neither productAccess nor roles nor groups:
// only a search does.
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
			return errors.New("the answer is about somebody else")
		}
		return err
	})
	return user, err
}

func decodeUser(body []byte) (User, error) {
	var answer struct {
		Data *wireUser `json:"data"`
	}
	if err := decode(body, &answer); err != nil {
		return User{}, err
	}
	if answer.Data == nil {
		return User{}, errNoData
	}
	return answer.Data.user()
}

// wireUser is a user as v2 tells it.
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

// user is what w says; only an account without a readable id is an error.
func (w *wireUser) user() (User, error) {
	if w.AccountID.value == "" {
		return User{}, errors.New("there is a user without an account id")
	}
	u := User{
		AccountID:        w.AccountID.value,
		AccountType:      w.AccountType.value,
		Status:           w.Status.value,
		Name:             w.Name.value,
		Email:            w.Email.value,
		AddedToOrg:       w.AddedToOrg.Timestamp,
		ManagementSource: w.ManagementSource.value,
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

// fieldCheck says of a field whether it was readable or absent.
type fieldCheck struct {
	name string
	ok   bool
}

func malformed(marks ...fieldCheck) (names []string) {
	for _, m := range marks {
		if !m.ok {
			names = append(names, m.name)
		}
	}
	return names
}

// roles reads platformRoles. One role that is no string might be the one that
// protects somebody, so it spoils the list; so it is with the other lists.
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
		return ProductAccess{Key: p.Key.value, ID: p.ID.value, LastActive: p.LastActive.Timestamp}, p.complete()
	})
	return ok
}

// complete reports whether it is known which product on which site was used.
func (p wireProductAccess) complete() bool { return p.Key.value != "" && !p.ID.malformed }
