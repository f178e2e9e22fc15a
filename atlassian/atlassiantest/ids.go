package atlassiantest

import (
	"fmt"
	"strconv"
	"strings"
)

// An account id looks like the API's, and its last twelve digits are the
// person's number multiplied and shifted, so that no table is needed to find
// the person of an id.
const (
	accountPrefix = "712020:"
	idBits        = 48
	idMask        = 1<<idBits - 1
	idFactor      = 0x9e3779b97f4b % (1 << idBits)
)

// idInverse undoes idFactor modulo 2^48, by Newton's iteration.
var idInverse = func() uint64 {
	inverse := uint64(idFactor)
	for range 6 {
		inverse *= 2 - idFactor*inverse
	}
	return inverse & idMask
}()

// accountID is the i-th person's account id.
func (g *generator) accountID(i int) string {
	tail := (uint64(i)*idFactor + mix(uint64(g.seed))) & idMask
	head := mix(mix(uint64(g.seed)) + uint64(i))
	return fmt.Sprintf("%s%08x-%04x-4%03x-a%03x-%012x",
		accountPrefix, head>>32, head>>16&0xffff, head>>4&0xfff, mix(head)&0xfff, tail)
}

// number is the number of the person of the account id, if the generator made it.
func (g *generator) number(accountID string) (int, bool) {
	_, digits, _ := strings.Cut(accountID, "-4")
	if len(digits) < 12 {
		return 0, false
	}
	tail, err := strconv.ParseUint(digits[len(digits)-12:], 16, idBits)
	if err != nil {
		return 0, false
	}
	i := (tail - mix(uint64(g.seed))) * idInverse & idMask
	return int(i), i < 1<<40 && g.accountID(int(i)) == accountID
}

// partnerEmail is the address at another company.
func (g *generator) partnerEmail(email string) string {
	local, _, _ := strings.Cut(email, "@")
	return local + "@partner.example.org"
}

// uuid is an id made from the name, the same in every run.
func uuid(name string) string {
	h := uint64(14695981039346656037)
	for _, c := range []byte(name) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	low := mix(h)
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", h>>32, h>>16&0xffff, h&0xfff, low>>52, low&idMask)
}
