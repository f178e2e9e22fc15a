package atlassiantest

import (
	"iter"
	"slices"
	"time"
)

// people are everybody in the organisation: those the generator computes, less
// those who are gone, as later changes made them, and those added since. Each
// has a number that never changes; listings go by it. The server's lock guards
// it.
type people struct {
	*generator
	count   int             // numbers given out.
	changed map[int]*Person // those who differ from the generator's.
	gone    map[int]bool
	added   map[string]int // numbers of those with an id of their own.
}

func newPeople(g *generator) *people {
	return &people{
		generator: g, count: g.n,
		changed: map[int]*Person{}, gone: map[int]bool{}, added: map[string]int{},
	}
}

// at is the person of that number as they are now, sharing nothing.
func (p *people) at(i int, now time.Time) (Person, bool) {
	switch changed := p.changed[i]; {
	case i < 0 || i >= p.count || p.gone[i]:
		return Person{}, false
	case changed != nil:
		return changed.at(now), true
	}
	return p.person(i, now), true
}

// find is the number of the person of that id.
func (p *people) find(accountID string) (int, bool) {
	i, ok := p.added[accountID]
	if !ok {
		i, ok = p.number(accountID)
	}
	return i, ok && i < p.count && !p.gone[i]
}

// edit is the person of that number, to be changed in place.
func (p *people) edit(i int, now time.Time) *Person {
	if p.changed[i] == nil {
		person := p.person(i, now)
		p.changed[i] = &person
	}
	return p.changed[i]
}

// put stores the person under their id, as a new one or in place of another.
func (p *people) put(person Person) {
	i, ok := p.find(person.AccountID)
	if !ok {
		i = p.count
		p.count++
		p.added[person.AccountID] = i
	}
	p.changed[i] = &person
}

// join adds a regular person, who is told the moment they have.
func (p *people) join(now time.Time) {
	person := p.person(p.count, now)
	person.AddedToOrg = now.UTC().Truncate(time.Second)
	p.put(person)
}

// remove takes the person of that number away.
func (p *people) remove(i int) {
	p.gone[i] = true
	delete(p.changed, i)
}

// from yields everybody from that number on as they are now.
func (p *people) from(i int, now time.Time) iter.Seq2[int, Person] {
	return func(yield func(int, Person) bool) {
		for ; i < p.count; i++ {
			if person, ok := p.at(i, now); ok && !yield(i, person) {
				return
			}
		}
	}
}

// these yields the people with the account ids, in the order of their numbers,
// from the number on.
func (p *people) these(accountIDs []string, from int, now time.Time) iter.Seq2[int, Person] {
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
