// Package view reads what is stored, under today's rules, into the values that
// package blocks renders: a report with its people, a list of exclusions, and
// why a person is listed or not.
package view
