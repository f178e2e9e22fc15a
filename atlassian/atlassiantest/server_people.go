package atlassiantest

import (
	"iter"
	"time"
)

// AllPeople returns the current state of everyone, whatever the API returns.
func (s *Server) AllPeople() []Person {
	var all []Person
	for batch := range s.batches() {
		all = append(all, batch...)
	}
	return all
}

// batches yields everyone in batches of a thousand and releases the lock in
// between, so that calls are served meanwhile.
func (s *Server) batches() iter.Seq[[]Person] {
	return func(yield func([]Person) bool) {
		for next := 0; next >= 0; {
			var batch []Person
			batch, next = s.batch(next)
			if !yield(batch) {
				return
			}
		}
	}
}

// batch returns up to a thousand people from a number on, and the next number,
// -1 after the last.
func (s *Server) batch(from int) (batch []Person, next int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, person := range s.people.from(from, time.Now()) {
		if len(batch) == 1000 {
			return batch, i
		}
		batch = append(batch, person)
	}
	return batch, -1
}

// Person returns the actual state of one account.
func (s *Server) Person(accountID string) (Person, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.people.find(accountID)
	if !ok {
		return Person{}, false
	}
	return s.people.at(i, time.Now())
}

// PutPerson adds the person or replaces the one with the same account id.
// Defaults for empty fields are a new account id, account type "atlassian",
// status active and two years in the organisation. It returns the stored
// person.
func (s *Server) PutPerson(p Person) Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if p.AccountID == "" {
		p.AccountID = s.people.accountID(s.people.count)
	}
	if p.AccountType == "" {
		p.AccountType = "atlassian"
	}
	if p.AddedToOrg.IsZero() {
		p.AddedToOrg = now.UTC().Add(-730 * day).Truncate(time.Second)
	}
	p.reconcile(Person{}, now)
	p = p.at(now)
	s.addGroups(p.Groups)
	s.people.put(p)
	s.notify()
	return p.at(now)
}

// ChangePerson applies f to the person, like an edit in the admin console:
// nothing is counted, and reads return the new state at once. Use whose
// timestamp f changes stops recurring. It reports whether the person exists.
func (s *Server) ChangePerson(accountID string, f func(*Person)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.people.find(accountID)
	if !ok {
		return false
	}
	now := time.Now()
	person, _ := s.people.at(i, now)
	before := person.at(now)
	f(&person)
	person.AccountID, person.shownUntil = before.AccountID, time.Time{}
	person.reconcile(before, now)
	s.addGroups(person.Groups)
	s.people.changed[i] = &person
	s.notify()
	return true
}

// reconcile makes Status and Suspended consistent after a change to either,
// notes a suspension and ends the activity of a person who was suspended.
func (p *Person) reconcile(before Person, now time.Time) {
	switch {
	case p.Status != before.Status:
		p.suspendedIn = nil
	case p.Suspended && !before.Suspended:
		p.Status = StatusSuspended
	case !p.Suspended && before.Suspended:
		p.Status, p.suspendedIn = StatusActive, nil
	}
	if p.Status == "" {
		p.Status = StatusActive
	}
	p.Suspended = p.Status == StatusSuspended || len(p.suspendedIn) > 0
	p.wasSuspended = before.wasSuspended || before.Suspended || p.Suspended
	if p.Suspended && !before.Suspended {
		p.stop(now)
	}
	if p.PlatformRoles == nil {
		p.PlatformRoles = []string{}
	}
	if p.Groups == nil {
		p.Groups = []string{}
	}
}

// addGroups registers the groups.
func (s *Server) addGroups(groups []string) {
	for _, name := range groups {
		s.groups[uuid(name)] = name
	}
}

// RemovePerson removes the person. It reports whether the person existed.
func (s *Server) RemovePerson(accountID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.people.find(accountID)
	if ok {
		s.people.remove(i)
		s.notify()
	}
	return ok
}
