package handler

import (
	"maps"
	"slices"

	"github.com/agnivade/levenshtein"
)

// closestCommand returns the command closest to a mistyped word, empty if none
// is within two letters.
func closestCommand(word string) string {
	best, least := "", 3
	for _, name := range append(slices.Sorted(maps.Keys(commands)), slices.Sorted(maps.Keys(openCommands))...) {
		if d := levenshtein.ComputeDistance(word, name); d < least && d < len(name)-1 {
			best, least = name, d
		}
	}
	return best
}
