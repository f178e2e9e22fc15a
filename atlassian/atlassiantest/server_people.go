package atlassiantest

import (
	"iter"
	"time"
)

// Truth is everybody as they are now, whatever the API tells.
func (s *Server) Truth() []Person {
	var all []Person
	for batch := range s.batches() {
		all = append(all, batch...)
	}
	return all
}

// batches yields everybody, a thousand at a time, so that calls are served
// between two of them.
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

// batch is up to a thousand people from that number on, and the number to go on
// from, -1 after the last.
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

// Person is the truth about one account.
func (s *Server) Person(accountID string) (Person, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.people.find(accountID)
	if !ok {
		return Person{}, false
	}
	return s.people.at(i, time.Now())
}

// SetUser adds the person, or puts them in the place of the one with their
// account id. What is empty becomes usual: a new account id, a person's account
// type, status active, two years in the organisation. It returns the person as stored.
func (s *Server) SetUser(p Person) Person {
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
	p.settle(Person{}, now)
	p = p.at(now)
	s.know(p.Groups)
	s.people.put(p)
	s.notify()
	return p.at(now)
}

// Change lets f change the person, as a human in another window would: nothing
// is counted, and reads tell it at once. A use whose moment f changes no longer
// goes on. It reports whether there is such a person.
func (s *Server) Change(accountID string, f func(*Person)) bool {
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
	person.settle(before, now)
	s.know(person.Groups)
	s.people.changed[i] = &person
	s.notify()
	return true
}

// settle makes status and suspension agree after a change, whichever of the two
// was changed, and ends the activity of who was suspended.
func (p *Person) settle(before Person, now time.Time) {
	switch {
	case p.Status != before.Status:
		p.offIn = nil
	case p.Suspended && !before.Suspended:
		p.Status = StatusSuspended
	case !p.Suspended && before.Suspended:
		p.Status, p.offIn = StatusActive, nil
	}
	if p.Status == "" {
		p.Status = StatusActive
	}
	p.Suspended = p.Status == StatusSuspended || len(p.offIn) > 0
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

// know makes the groups exist.
func (s *Server) know(groups []string) {
	for _, name := range groups {
		s.groups[uuid(name)] = name
	}
}

// Remove takes the person out of the organisation. It reports whether there was
// such a person.
func (s *Server) Remove(accountID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.people.find(accountID)
	if ok {
		s.people.remove(i)
		s.notify()
	}
	return ok
}
