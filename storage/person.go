package storage

import (
	"strings"

	bolt "go.etcd.io/bbolt"
)

var people = table[Person]{name: "people"}

// Person holds the name and email of an account. They are stored nowhere else.
type Person struct {
	AccountID string `json:"account_id"`
	Name      string `json:"name,omitempty"`
	Email     string `json:"email,omitempty"`
}

// Person returns the person with an account id. For an unknown account only the
// id is set.
func (s *Store) Person(accountID string) (Person, error) {
	return view(s, func(tx *bolt.Tx) (Person, error) { return person(tx, accountID) })
}

func person(tx *bolt.Tx, accountID string) (Person, error) {
	p, ok, err := people.get(tx, []byte(accountID))
	if !ok {
		p = Person{AccountID: accountID}
	}
	return p, err
}

// FindPeople returns the person with this account id, or the people with
// exactly this email, ignoring letter case. It does not search display names
// because they are not unique.
func (s *Store) FindPeople(who string) (found []Person, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		if p, ok, err := people.get(tx, []byte(who)); ok || err != nil {
			found = append(found, p)
			return err
		}
		for p, err := range people.all(tx, nil) {
			if err != nil {
				return err
			}
			if p.Email != "" && strings.EqualFold(p.Email, who) {
				found = append(found, p)
			}
		}
		return nil
	})
	return found, err
}

// SavePerson stores a name and email that were read outside a scan.
func (s *Store) SavePerson(p Person) error {
	return s.db.Update(func(tx *bolt.Tx) error { return people.put(tx, []byte(p.AccountID), p) })
}
