package atlassiantest

import "slices"

// churn changes the directory between two pages. In rotation a new person
// joins, a regular person not yet listed leaves, and a listed person moves so
// that the next page repeats them. It returns the people to repeat.
func (c *call) churn(q *query, next int) []Person {
	moved := 0
	for i := range c.Server.org.churn {
		switch i % 3 {
		case 0:
			c.people.join(c.now)
		case 1:
			c.people.leave(next)
		case 2:
			moved++
		}
	}
	return c.before(q, next, moved)
}

// leave removes the first regular, unchanged person from that number on, if
// there is one.
func (p *people) leave(from int) {
	for i := from; i < p.n; i++ {
		if kind, _ := p.place(i); kind == regular && p.changed[i] == nil && !p.gone[i] {
			p.remove(i)
			return
		}
	}
}

// duplicateCount is the number of people that a page with duplicates repeats.
const duplicateCount = 3

// duplicates returns the people that the page repeats: some of the previous page, or
// on the first page its own.
func (c *call) duplicates(q *query, next int) []Person {
	if next > 0 {
		return c.before(q, next, duplicateCount)
	}
	var people []Person
	for _, p := range c.matching(q, next) {
		if len(people) == duplicateCount {
			break
		}
		people = append(people, p)
	}
	return people
}

// before returns up to n matching people below a number. It looks back ten
// pages at most.
func (c *call) before(q *query, next, n int) []Person {
	var people []Person
	for i := next - 1; i >= max(0, next-10*maxPageSize) && len(people) < n; i-- {
		if p, ok := c.people.at(i, c.now); ok && c.matches(q, i, &p) {
			people = append(people, p)
		}
	}
	slices.Reverse(people)
	return people
}
