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
	// readBackLimit is the largest number of people that one request reads back.
	readBackLimit = 100
	// maxClaims is how often a step is sent if its request has no effect.
	maxClaims = 3
	// confirmTimeout is the time from the first claim after which an unconfirmed
	// step fails and an approver has to decide.
	confirmTimeout = 10 * time.Minute
)

// confirmState contains retry times, and since when each person has been read as
// active. It only affects timing, so it is not stored.
type confirmState struct {
	retry           *reconcile.Backoff
	readActiveSince map[string]time.Time // by account.
	rateLimitWaits  map[uint64]int       // consecutive waits for the rate limit, by batch.
}

func newConfirmState() *confirmState {
	return &confirmState{retry: reconcile.NewBackoff(500*time.Millisecond, 15*time.Second), readActiveSince: map[string]time.Time{}, rateLimitWaits: map[uint64]int{}}
}

// sent restarts the settle time of a step.
func (s *confirmState) sent(st storage.Step) {
	delete(s.readActiveSince, st.AccountID)
	s.retry.Done(batchKey(st.BatchID))
	s.retry.Later(batchKey(st.BatchID))
}

func batchKey(id uint64) string { return fmt.Sprintf("batch %d", id) }

// confirmPass reads back the people of the sent, unconfirmed steps of a batch. It
// returns the wait until the next read.
func (e *Executor) confirmPass(ctx context.Context, batch storage.Batch) (time.Duration, error) {
	open, err := e.store.UnconfirmedSteps(batch, readBackLimit)
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

// readMany reads the people of the steps, with one search for each directory. It
// returns them by account.
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

// confirm settles one claimed step with the user that was read. A suspended user
// confirms the step. If the user stays active for the whole settle time, the
// request had no effect.
func (e *Executor) confirm(st storage.Step, users map[string]atlassian.User) error {
	u, found := users[st.AccountID]
	switch {
	case found && u.Status == "suspended":
		delete(e.state.readActiveSince, st.AccountID)
		return e.store.Confirm(st, time.Now().UTC())
	case found && policy.CanLogIn(u) && e.readActiveFor(st) >= e.options.Settle:
		last := st.Accepted || st.EndsAs != "" // not sent again.
		if last && !expired(st) {
			return nil // reads lag behind, or the person was restored elsewhere; wait for the timeout.
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

// expired reports whether a claimed step has exceeded confirmTimeout. The time
// starts with the first claim. A claim after the timeout restarts it, because the
// batch was stopped or paused in between.
func expired(st storage.Step) bool {
	began := st.FirstClaim
	if st.ClaimedAt.Sub(began) >= confirmTimeout {
		began = st.ClaimedAt
	}
	return time.Now().UTC().Sub(began) >= confirmTimeout
}

// readActiveFor returns how long a claimed person has been read as active:
// since the claim or since the bot started, whichever is later.
func (e *Executor) readActiveFor(st storage.Step) time.Duration {
	since, ok := e.state.readActiveSince[st.AccountID]
	if !ok {
		e.state.readActiveSince[st.AccountID] = time.Now().UTC()
		return 0
	}
	return time.Now().UTC().Sub(since)
}

// directoryOf returns the directory of a step's scan. The settings may name
// another one by now.
func (e *Executor) directoryOf(st storage.Step) (string, error) {
	sc, err := e.scanOf(st.ReportID)
	return sc.DirectoryID, err
}
