package bot

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
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

// Pacing is a client of the Web API at this address in its pace.
func Pacing(c *http.Client, api string) *http.Client { return pacing(c, api, nil) }

// Break makes what somebody presses or submits panic, before the ack or after
// it, until mend is called. No bot may run meanwhile but the one that breaks.
func Break(name string, after bool) (mend func()) {
	var undo []func()
	for _, table := range []map[string]handler{buttons, submits} {
		if whole, ok := table[name]; ok {
			undo = append(undo, func() { table[name] = whole })
			table[name] = func(*Bot, context.Context, press) reply {
				if after {
					return reply{then: func(context.Context) error { panic("after the ack") }}
				}
				panic("before the ack")
			}
		}
	}
	return func() {
		for _, f := range undo {
			f()
		}
	}
}

// Ask asks the signals of a bot that runs, without a network.
func (b *Bot) Ask(path string) *http.Response {
	w := httptest.NewRecorder()
	b.signals().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Result()
}

// SetLarge sets from how many bytes on the database is spoken of.
func (b *Bot) SetLarge(bytes int64) { b.large = bytes }
