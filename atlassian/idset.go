package atlassian

import "crypto/sha256"

// idSet remembers ids in a quarter of the memory the ids themselves would take:
// a million in about 40 MB, with nothing in it for the garbage collector to
// follow. Half a SHA-256 stands for each: among a million ids the chance that
// two share one, so that a person would be missed, is below 2⁻⁸⁸. With 64 bits it
// would be one in forty million scans, and could be provoked.
type idSet map[[16]byte]struct{}

// add reports whether id is new.
func (s idSet) add(id string) bool {
	sum := sha256.Sum256([]byte(id))
	key := [16]byte(sum[:])
	if _, ok := s[key]; ok {
		return false
	}
	s[key] = struct{}{}
	return true
}
