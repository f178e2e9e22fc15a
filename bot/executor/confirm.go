package executor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/bot/reconcile"
	"inactivebot/storage"
)

const (
	// readBackLimit is how many people are read back with one request.
	readBackLimit = 100
	// maxClaims is how often a step is tried whose request had no effect.
	maxClaims = 3
	// confirmTimeout is how long after the first claim a human has to look.
	confirmTimeout = 10 * time.Minute
)

// confirmState remembers when what was sent is read again, and since when it has
// been read as active. It is only a matter of pace: all of it begins anew after
// a restart.
type confirmState struct {
	retry           *reconcile.Backoff
	readActiveSince map[string]time.Time // account → since when read as active.
	rateLimitWaits  map[uint64]int       // batch → how often in a row it had to wait for its turn.
}

func newConfirmState() *confirmState {
	return &confirmState{retry: reconcile.NewBackoff(500*time.Millisecond, 15*time.Second), readActiveSince: map[string]time.Time{}, rateLimitWaits: map[uint64]int{}}
}

// sent begins a person's settle time anew.
func (s *confirmState) sent(st storage.Step) {
	delete(s.readActiveSince, st.AccountID)
	s.retry.Done(batchKey(st.BatchID))
	s.retry.Later(batchKey(st.BatchID))
}

func batchKey(id uint64) string { return fmt.Sprintf("batch %d", id) }

// confirmPass reads back what a batch has sent, and tells when to read again.
func (e *Executor) confirmPass(ctx context.Context, batch storage.Batch) (time.Duration, error) {
	open, err := e.store.Unsettled(batch, readBackLimit)
	if err != nil || len(open) == 0 {
		return reconcile.Idle, err
	}
	key := batchKey(batch.ID)
	if due, left := e.state.retry.Due(key); !due {
		return left, nil
	}
	e.state.retry.Later(key)
	_, left := e.state.retry.Due(key)
	users, err := e.readMany(ctx, open)
	if err != nil {
		return left, err
	}
	defer e.wakeMessages()
	var failures []error
	for _, st := range open {
		failures = append(failures, e.confirm(st, users))
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

// confirm decides about one claimed step by what was read: suspended is settled,
// active for the whole settle time means that the request had no effect.
func (e *Executor) confirm(st storage.Step, users map[string]atlassian.User) error {
	u, found := users[st.AccountID]
	switch {
	case found && u.Status == "suspended":
		delete(e.state.readActiveSince, st.AccountID)
		return e.store.Confirm(st, time.Now().UTC())
	case found && policy.CanLogIn(u) && e.readActiveFor(st) >= e.options.Settle:
		last := st.Accepted || st.Ending != "" // it is not sent again.
		if last && !expired(st) {
			return nil // it shows late, or somebody restored the person: only time tells.
		}
		delete(e.state.readActiveSince, st.AccountID)
		if last || st.Claims >= maxClaims || expired(st) {
			return e.store.GiveUp(st, time.Now().UTC())
		}
		e.Wake()
		return e.store.Retry(st, time.Now().UTC())
	case expired(st) && !policy.CanLogIn(u):
		return e.store.GiveUp(st, time.Now().UTC())
	}
	return nil
}

// expired reports whether a claimed step has had its time. It begins with the first
// claim; anew with a claim that was made only when it was over already, because
// the batch was stopped or paused in between.
func expired(st storage.Step) bool {
	began := st.FirstClaim
	if st.ClaimedAt.Sub(began) >= confirmTimeout {
		began = st.ClaimedAt
	}
	return time.Now().UTC().Sub(began) >= confirmTimeout
}

// readActiveFor is how long a claimed person has been read as active, since the
// claim or since the bot looks, whichever is later.
func (e *Executor) readActiveFor(st storage.Step) time.Duration {
	since, ok := e.state.readActiveSince[st.AccountID]
	if !ok {
		e.state.readActiveSince[st.AccountID] = time.Now().UTC()
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
