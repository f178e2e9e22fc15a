package bot

import (
	"maps"
	"slices"
)

// Handlers are the names of everything that somebody can press, submit or type,
// by kind, as the bot's own tables have them.
func Handlers() map[string][]string {
	return map[string][]string{
		"button":  slices.Sorted(maps.Keys(buttons)),
		"submit":  slices.Sorted(maps.Keys(submits)),
		"command": slices.Sorted(maps.Keys(commands)),
		"open":    slices.Sorted(maps.Keys(openCommands)),
	}
}
