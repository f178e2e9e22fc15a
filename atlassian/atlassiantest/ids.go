package atlassiantest

import (
	"fmt"
	"strconv"
	"strings"
)

// An account id has the API's format. Its last twelve digits encode the
// person's number, so that finding a person by id needs no table.
const (
	accountPrefix = "712020:"
	idBits        = 48
	idMask        = 1<<idBits - 1
	idFactor      = 0x9e3779b97f4b % (1 << idBits)
)

// idInverse is the inverse of idFactor modulo 2^48, computed with Newton's
// iteration.
var idInverse = func() uint64 {
	inverse := uint64(idFactor)
	for range 6 {
		inverse *= 2 - idFactor*inverse
	}
	return inverse & idMask
}()

// accountID returns the account id of the i-th person.
func (g *generator) accountID(i int) string {
	tail := (uint64(i)*idFactor + mix(uint64(g.seed))) & idMask
	head := mix(mix(uint64(g.seed)) + uint64(i))
	return fmt.Sprintf("%s%08x-%04x-4%03x-a%03x-%012x",
		accountPrefix, head>>32, head>>16&0xffff, head>>4&0xfff, mix(head)&0xfff, tail)
}

// number decodes the person's number from an account id. It returns false for
// ids that this generator did not make.
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

// partnerEmail returns the same address at another company.
func (g *generator) partnerEmail(email string) string {
	local, _, _ := strings.Cut(email, "@")
	return local + "@partner.example.org"
}

// uuid derives an id from a name; it is the same in every run.
func uuid(name string) string {
	h := uint64(14695981039346656037)
	for _, c := range []byte(name) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	low := mix(h)
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", h>>32, h>>16&0xffff, h&0xfff, low>>52, low&idMask)
}
