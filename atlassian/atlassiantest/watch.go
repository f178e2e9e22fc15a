package atlassiantest

import "iter"

// Changes returns a channel that is closed at the next change of a person or
// fault, through the API or the Go methods. Activity that recurs as time passes
// is not a change.
func (s *Server) Changes() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// notify signals [Server.Changes]. The caller holds mu.
func (s *Server) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// People yields everyone in their current state, with at most a thousand in
// memory.
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
