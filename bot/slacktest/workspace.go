package slacktest

import (
	"context"
	"strconv"
	"strings"
	"sync"
)

// workspace is the shared state: people and channels, messages and views, and a record of the app's calls. Code that
// reads or changes it holds mu and releases it before waiting.
type workspace struct {
	options Options

	// done is cancelled by [Server.Close] and ends everything that waits. wg counts the goroutines.
	done   context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	base     string        // Scheme and host by which the app reaches the workspace.
	sequence int           // The number in the last generated id.
	changed  chan struct{} // Closed at the next change.

	enterprise  string // Empty unless the workspace is on a Grid.
	messagesTab bool   // Whether the app may post direct messages.
	users       []*User
	groups      []*Group
	channels    []*Channel

	messages     messages
	views        openViews
	files        files
	responseURLs responseURLs
	triggers     map[string]*trigger

	calls      []Call
	violations []Violation
}

func newWorkspace(o Options) *workspace {
	w := &workspace{
		options: o, base: "http://slack.invalid", changed: make(chan struct{}), enterprise: o.EnterpriseID, messagesTab: !o.NoMessagesTab,
		views: newOpenViews(), files: newFiles(), responseURLs: newResponseURLs(), triggers: map[string]*trigger{},
	}
	w.done, w.cancel = context.WithCancel(context.Background())
	w.populate()
	return w
}

// newID returns an unused id with the prefix of its kind. The caller holds mu.
func (w *workspace) newID(prefix string) string {
	w.sequence++
	number := strings.ToUpper(strconv.FormatInt(int64(w.sequence), 36))
	return prefix + "0" + strings.Repeat("0", max(0, 9-len(number))) + number
}

// notify signals a change to the pages. The caller holds mu.
func (w *workspace) notify() {
	close(w.changed)
	w.changed = make(chan struct{})
}

// changes returns a channel that closes at the next change.
func (w *workspace) changes() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changed
}

// nowTS returns a ts for the current time that no message has.
func (w *workspace) nowTS() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.nextTS()
}
