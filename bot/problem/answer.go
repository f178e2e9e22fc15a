package problem

// AnswerError is an answer of Atlassian that shows that people cannot be told apart by
// what it returns, so that a scan ends without a report. Its value is the code.
type AnswerError string

// The answers that end a scan. Codes are stored, so their values must not change.
const (
	// NoOrgAdmin: the search by role found no org admin in any directory.
	NoOrgAdmin AnswerError = "no_org_admin"
	// RolesMissing: the search returned the roles of no one, not even of admins.
	RolesMissing AnswerError = "roles_missing"
	// RolesContradict: the search by role and the roles of people do not agree.
	RolesContradict AnswerError = "roles_contradict"
	// GroupsIgnored: the search by group returned people for a group that does not
	// exist.
	GroupsIgnored AnswerError = "groups_ignored"
)

// Error returns the problem and its fix as sentences.
func (e AnswerError) Error() string { return Text(string(e)) }
