package slacktest

import (
	"strconv"
	"strings"
)

// newID returns an unused id of the kind that the prefix names. The caller holds mu.
func (s *Server) newID(prefix string) string {
	s.sequence++
	number := strings.ToUpper(strconv.FormatInt(int64(s.sequence), 36))
	return prefix + "0" + strings.Repeat("0", max(0, 9-len(number))) + number
}

// notify tells the pages that something changed. The caller holds mu.
func (s *Server) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// changes returns a channel that closes at the next change.
func (s *Server) changes() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// now returns a ts of this moment, which no message has.
func (s *Server) now() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nextTS()
}
