package atlassian

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// decode reads one whole JSON value. Its errors do not repeat the body.
func decode(body []byte, into any) error {
	err := json.Unmarshal(body, into)
	if err == nil {
		return nil
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%q has the wrong type", wrong.Field)
	}
	return errors.New("the body is not one whole JSON value")
}

// links is how every listing tells its next page.
type links struct {
	Next *string `json:"next"`
}

// field is a value of an answer that may be missing or wrong without spoiling
// what stands around it.
type field[T any] struct {
	value     T
	present   bool // there, not null, and readable.
	malformed bool
}

// UnmarshalJSON never fails.
func (f *field[T]) UnmarshalJSON(b []byte) error {
	*f = field[T]{}
	if string(b) == "null" {
		return nil
	}
	if json.Unmarshal(b, &f.value) != nil {
		*f = field[T]{malformed: true}
		return nil
	}
	f.present = true
	return nil
}

// text is a field[string] that is quick for strings without escapes, which
// nearly all are.
type text field[string]

// UnmarshalJSON never fails.
func (t *text) UnmarshalJSON(b []byte) error {
	if s, ok := unquoteSimple(b); ok {
		*t = text{value: s, present: true}
		return nil
	}
	return (*field[string])(t).UnmarshalJSON(b)
}

// unquoteSimple unquotes a JSON string without escapes.
func unquoteSimple(b []byte) (string, bool) {
	if len(b) < 2 || b[0] != '"' || !utf8.Valid(b) {
		return "", false
	}
	b = b[1 : len(b)-1]
	for _, c := range b {
		if c == '\\' {
			return "", false
		}
	}
	return string(b), true
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

// convertList converts a convertList as a whole: nil when it was not told, and nil and not ok
// when it or any element is unreadable.
func convertList[W, T any](f field[[]W], convert func(W) (T, bool)) (_ []T, ok bool) {
	if !f.present {
		return nil, !f.malformed
	}
	all := make([]T, len(f.value))
	for i, w := range f.value {
		if all[i], ok = convert(w); !ok {
			return nil, false
		}
	}
	return all, true
}
