package handler

import (
	"maps"
	"slices"
)

// closestCommand is the command that a mistyped word is most like; empty where none is
// within two letters.
func closestCommand(word string) string {
	best, least := "", 3
	for _, name := range append(slices.Sorted(maps.Keys(commands)), slices.Sorted(maps.Keys(openCommands))...) {
		if d := editDistance(word, name); d < least && d < len(name)-1 {
			best, least = name, d
		}
	}
	return best
}

// editDistance is how many letters must be put in, left out or changed to get from
// one word to the other.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := diagonal
			if a[i] != b[j] {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
