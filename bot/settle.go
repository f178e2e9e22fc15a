package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

const (
	// readBack is how many people are read back with one request.
	readBack = 100
	// maxClaims is how often a step is tried whose request had no effect.
	maxClaims = 3
	// giveUp is how long after the first claim a human has to look.
	giveUp = 10 * time.Minute
)

// settling remembers when what was sent is read again, and since when it has
// been read as active. It is only a matter of pace: all of it begins anew after
// a restart.
type settling struct {
	again  *backoff
	active map[string]time.Time // account → since when read as active.
	inLine map[uint64]int       // batch → how often in a row it had to wait for its turn.
}

func newSettling() *settling {
	return &settling{again: newBackoff(500*time.Millisecond, 15*time.Second), active: map[string]time.Time{}, inLine: map[uint64]int{}}
}

// sent begins a person's settle time anew.
func (s *settling) sent(st storage.Step) {
	delete(s.active, st.AccountID)
	s.again.done(batchKey(st.BatchID))
	s.again.later(batchKey(st.BatchID))
}

func batchKey(id uint64) string { return fmt.Sprintf("batch %d", id) }

// settlePass reads back what a batch has sent, and tells when to read again.
func (e *Executor) settlePass(ctx context.Context, batch storage.Batch) (time.Duration, error) {
	open, err := e.store.Unsettled(batch, readBack)
	if err != nil || len(open) == 0 {
		return idle, err
	}
	key := batchKey(batch.ID)
	if due, left := e.state.again.due(key); !due {
		return left, nil
	}
	e.state.again.later(key)
	_, left := e.state.again.due(key)
	users, err := e.readMany(ctx, open)
	if err != nil {
		return left, err
	}
	defer e.wakeMessages()
	var failures []error
	for _, st := range open {
		failures = append(failures, e.settle(st, users))
	}
	return left, errors.Join(failures...)
}

// readMany reads the people of steps with one request a directory.
func (e *Executor) readMany(ctx context.Context, all []storage.Step) (map[string]atlassian.User, error) {
	byDirectory := map[string][]string{}
	for _, st := range all {
		directory, err := e.directoryOf(st)
		if err != nil {
			return nil, err
		}
		byDirectory[directory] = append(byDirectory[directory], st.AccountID)
	}
	users := map[string]atlassian.User{}
	for directory, accounts := range byDirectory {
		for u, err := range e.client.Users(atlassian.Urgent(ctx), directory, atlassian.Query{AccountIDs: accounts, Plain: true}) {
			if err != nil {
				return nil, fmt.Errorf("read back: %w", err)
			}
			users[u.AccountID] = u
		}
	}
	return users, nil
}

// settle decides about one claimed step by what was read: suspended is settled,
// active for the whole settle time means that the request had no effect.
func (e *Executor) settle(st storage.Step, users map[string]atlassian.User) error {
	u, found := users[st.AccountID]
	switch {
	case found && u.Status == "suspended":
		delete(e.state.active, st.AccountID)
		return e.store.Confirm(st, time.Now().UTC())
	case found && policy.CanLogIn(u) && e.activeFor(st) >= e.options.Settle:
		last := st.Accepted || st.Ending != "" // it is not sent again.
		if last && !over(st) {
			return nil // it shows late, or somebody restored the person: only time tells.
		}
		delete(e.state.active, st.AccountID)
		if last || st.Claims >= maxClaims || over(st) {
			return e.store.GiveUp(st, time.Now().UTC())
		}
		e.Wake()
		return e.store.Retry(st, time.Now().UTC())
	case over(st) && !policy.CanLogIn(u):
		return e.store.GiveUp(st, time.Now().UTC())
	}
	return nil
}

// over reports whether a claimed step has had its time. It begins with the first
// claim; anew with a claim that was made only when it was over already, because
// the batch was stopped or paused in between.
func over(st storage.Step) bool {
	began := st.FirstClaim
	if st.ClaimedAt.Sub(began) >= giveUp {
		began = st.ClaimedAt
	}
	return time.Now().UTC().Sub(began) >= giveUp
}

// activeFor is how long a claimed person has been read as active, since the
// claim or since the bot looks, whichever is later.
func (e *Executor) activeFor(st storage.Step) time.Duration {
	since, ok := e.state.active[st.AccountID]
	if !ok {
		e.state.active[st.AccountID] = time.Now().UTC()
		return 0
	}
	return time.Now().UTC().Sub(since)
}

// directoryOf is the directory that a step was taken in, which the settings may
// no longer name.
func (e *Executor) directoryOf(st storage.Step) (string, error) {
	sc, err := e.scanOf(st.ReportID)
	return sc.DirectoryID, err
}
