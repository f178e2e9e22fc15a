// Package policy decides who is inactive. It is pure: it reads no clock, no
// network and no disk, and the same facts give the same answer.
//
// [Decide] puts one person in one lane; the lanes are tried in the order of
// [Everyone] and the first that matches wins. Only people in lane [Inactive] can
// be suspended. Whatever could not be read ends in lane [Unknown], so that
// missing data never makes anybody inactive.
//
// [Rules] are the standing exclusions by account, email, domain, group or glob;
// [Cap] is how many people one approver may suspend.
package policy
