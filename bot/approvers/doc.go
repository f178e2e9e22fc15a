// Package approvers decides who may press. It judges the Slack user id of a press
// at the moment of the press: a listed id or a member of the approver group, of
// this workspace or Enterprise Grid, and neither deactivated, a bot nor a guest.
//
// Slack's answers are cached for a minute (cache.go). A look-up that fails is a
// refusal: the [Verdict] LookupFailed. A definite no about one id, or about the
// group, is about that alone.
//
// A press costs a look-up of the presser, never of the whole group. The profiles of
// all approvers, whose emails protect their own accounts, are read beside and kept
// in the database (profiles.go).
package approvers
