package scan

import (
	"sync"
	"time"
)

// progress is the progress of the running scan.
type progress struct {
	mu     sync.Mutex
	since  time.Time // zero: no scan is running.
	people int
}

// set records that a scan began at a time and has read some people. The zero
// time means that no scan is running.
func (p *progress) set(since time.Time, people int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.since, p.people = since, people
}

// Progress returns when the running scan began and how many people it has read.
// The time is zero if no scan is running.
func (s *Service) Progress() (since time.Time, people int) {
	s.progress.mu.Lock()
	defer s.progress.mu.Unlock()
	return s.progress.since, s.progress.people
}
