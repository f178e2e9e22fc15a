package bot

import (
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

// Ask asks the signals of a bot that runs, without a network.
func (b *Bot) Ask(path string) *http.Response {
	w := httptest.NewRecorder()
	b.Monitor().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Result()
}
