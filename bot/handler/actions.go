package handler

import (
	"maps"
	"slices"
)

// Actions returns the names of everything that a person can press, submit or
// type, by kind: button, submit, command, and open for the commands that are for
// everyone.
func Actions() map[string][]string {
	return map[string][]string{
		"button":  slices.Sorted(maps.Keys(buttons)),
		"submit":  slices.Sorted(maps.Keys(submits)),
		"command": slices.Sorted(maps.Keys(commands)),
		"open":    slices.Sorted(maps.Keys(openCommands)),
	}
}
