package acceptance_test

import (
	"testing"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/policy"
)

// TestRolesOfOneLeftOut: if the search by role finds no one while the roles of others name
// an org admin, only the person without roles is unknown.
func TestRolesOfOneLeftOut(t *testing.T) {
	t.Parallel()
	inWorld(t, aboveMinimums, nil, func(w *world) {
		w.scanTold()
		one := w.listed()[0]
		w.omit(one, "platformRoles")
		w.must(w.org.Configure(atlassiantest.OrgSettings{EmptyFilters: []string{"roleIds"}}))
		w.scanTold()
		w.checkOpen()
		w.checkLane(one, policy.Unknown, "field_missing:platformRoles")
	})
}
