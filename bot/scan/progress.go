package scan

import (
	"sync"
	"time"
)

// progress is how far the running scan has come.
type progress struct {
	mu     sync.Mutex
	since  time.Time // zero: no scan runs.
	people int
}

// set records that a scan began at a time and has read some people. The zero
// time means that no scan runs.
func (p *progress) set(since time.Time, people int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.since, p.people = since, people
}

// Progress returns when the running scan began and how many people it has read;
// the time is zero if no scan runs.
func (s *Service) Progress() (since time.Time, people int) {
	s.progress.mu.Lock()
	defer s.progress.mu.Unlock()
	return s.progress.since, s.progress.people
}
