// Package policy decides who is inactive. It is pure: it reads no clock, no network
// and no disk, and the same facts give the same result.
//
// [Decide] puts a person in a lane. The lanes are tried in the order of [Lanes], and
// the first match wins. Only people in lane [Inactive] can be suspended. Missing or
// unreadable data leads to lane [Unknown], so that it never makes a person inactive.
//
// [Rules] are the exclusions by account, email, domain, group or glob. [Cap] limits how
// many people one approver may suspend. [Tripwires] finds scans whose data looks wrong;
// such a scan locks its report.
package policy
