package atlassiantest

import (
	"iter"
	"slices"
	"time"
)

// people holds everyone in the organisation: the generated people with later
// changes, minus removed ones, plus added ones. Each person has a number that
// never changes; listings are in its order. The server's lock guards it.
type people struct {
	*generator
	count   int             // numbers assigned.
	changed map[int]*Person // people that differ from the generated ones.
	gone    map[int]bool
	added   map[string]int // numbers of the people whose id is not generated.
}

func newPeople(g *generator) *people {
	return &people{
		generator: g, count: g.n,
		changed: map[int]*Person{}, gone: map[int]bool{}, added: map[string]int{},
	}
}

// at returns an independent copy of a person at the given time. It returns
// false if there is none.
func (p *people) at(i int, now time.Time) (Person, bool) {
	switch changed := p.changed[i]; {
	case i < 0 || i >= p.count || p.gone[i]:
		return Person{}, false
	case changed != nil:
		return changed.at(now), true
	}
	return p.person(i, now), true
}

// find returns the number of the person with the account id.
func (p *people) find(accountID string) (int, bool) {
	i, ok := p.added[accountID]
	if !ok {
		i, ok = p.number(accountID)
	}
	return i, ok && i < p.count && !p.gone[i]
}

// edit returns a person to be changed in place.
func (p *people) edit(i int, now time.Time) *Person {
	if p.changed[i] == nil {
		person := p.person(i, now)
		p.changed[i] = &person
	}
	return p.changed[i]
}

// put adds the person or replaces the one with the same id.
func (p *people) put(person Person) {
	i, ok := p.find(person.AccountID)
	if !ok {
		i = p.count
		p.count++
		p.added[person.AccountID] = i
	}
	p.changed[i] = &person
}

// join adds a regular person.
func (p *people) join(now time.Time) {
	person := p.person(p.count, now)
	person.AddedToOrg = now.UTC().Truncate(time.Second)
	p.put(person)
}

// remove removes a person.
func (p *people) remove(i int) {
	p.gone[i] = true
	delete(p.changed, i)
}

// from yields everyone from a number on, at the given time.
func (p *people) from(i int, now time.Time) iter.Seq2[int, Person] {
	return func(yield func(int, Person) bool) {
		for ; i < p.count; i++ {
			if person, ok := p.at(i, now); ok && !yield(i, person) {
				return
			}
		}
	}
}

// withIDs yields the people with the account ids, ordered by number, starting at
// a number.
func (p *people) withIDs(accountIDs []string, from int, now time.Time) iter.Seq2[int, Person] {
	var numbers []int
	for _, id := range accountIDs {
		if i, ok := p.find(id); ok && i >= from {
			numbers = append(numbers, i)
		}
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	return func(yield func(int, Person) bool) {
		for _, i := range numbers {
			if person, ok := p.at(i, now); ok && !yield(i, person) {
				return
			}
		}
	}
}
