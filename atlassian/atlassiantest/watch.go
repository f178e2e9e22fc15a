package atlassiantest

import "iter"

// Changes is a channel that closes when somebody is changed next, by a call of
// the API or by hand, or when a fault is set or taken away. What people do by
// habit as time passes is no change.
func (s *Server) Changes() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// notify tells those who wait for [Server.Changes]. The caller holds mu.
func (s *Server) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// People yields everybody as they are now, without holding more than a
// thousand of them at a time.
func (s *Server) People() iter.Seq[Person] {
	return func(yield func(Person) bool) {
		for batch := range s.batches() {
			for _, p := range batch {
				if !yield(p) {
					return
				}
			}
		}
	}
}
