package atlassiantest

import "slices"

// churn changes the directory at the turn of a page. By turns somebody new
// joins, somebody regular still to be listed leaves, and somebody listed moves
// so that the coming page tells them again; these are returned.
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

// leave removes the first ordinary person from that number on, if there is one.
func (p *people) leave(from int) {
	for i := from; i < p.n; i++ {
		if kind, _ := p.place(i); kind == regular && p.changed[i] == nil && !p.gone[i] {
			p.remove(i)
			return
		}
	}
}

// repeated is how many people a page with duplicates tells again.
const repeated = 3

// again is people whom the page is to tell twice: some of the page before, on
// the first page its own.
func (c *call) again(q *query, next int) []Person {
	if next > 0 {
		return c.before(q, next, repeated)
	}
	var people []Person
	for _, p := range c.matching(q, next) {
		if len(people) == repeated {
			break
		}
		people = append(people, p)
	}
	return people
}

// before is up to n people who match and come before that number. It looks back
// ten pages at most.
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
