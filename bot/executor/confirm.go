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
	// maxClaims is how often a step is sent if its request has no effect.
	maxClaims = 3
	// confirmTimeout is the time from the first claim after which an unconfirmed
	// step fails and an approver has to decide.
	confirmTimeout = 10 * time.Minute
)

// confirmState contains retry times, since when each person has been read as
// active, and which restores this process has sent. It only affects timing, so it
// is not stored.
type confirmState struct {
	retry           *reconcile.Backoff
	readActiveSince map[string]time.Time // by account, or by the key of a restore.
	restoresSent    map[string]bool      // restores sent by this process, by key.
	rateLimitWaits  map[uint64]int       // consecutive waits for the rate limit, by batch.
}

func newConfirmState() *confirmState {
	return &confirmState{retry: reconcile.NewBackoff(500*time.Millisecond, 15*time.Second), readActiveSince: map[string]time.Time{}, restoresSent: map[string]bool{}, rateLimitWaits: map[uint64]int{}}
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
	read, err := e.readMany(ctx, open)
	if err != nil {
		return left, err
	}
	defer e.wakeMessages()
	var failures []error
	for _, st := range open {
		failures = append(failures, e.confirm(st, read[st.AccountID]))
	}
	return left, errors.Join(failures...)
}

// confirm settles one claimed step with the user that was read. A suspended user
// confirms the step. If the user stays active for the whole settle time, the
// request had no effect.
func (e *Executor) confirm(st storage.Step, u atlassian.User) error {
	now, active := time.Now().UTC(), policy.CanLogIn(u)
	last := st.Accepted || st.EndsAs != "" // not sent again.
	switch {
	case isSuspended(u):
		delete(e.state.readActiveSince, st.AccountID)
		return e.store.Confirm(st, now)
	case !active:
		delete(e.state.readActiveSince, st.AccountID)
		if expired(st) {
			return e.store.GiveUp(st, false, now)
		}
		return nil
	case e.readActiveFor(st.AccountID) < e.options.Settle || last && !expired(st):
		return nil // reads lag behind, or the person was restored elsewhere; wait for the timeout.
	}
	delete(e.state.readActiveSince, st.AccountID)
	if last || st.Claims >= maxClaims || expired(st) {
		return e.store.GiveUp(st, true, now)
	}
	e.Wake()
	return e.store.Retry(st, now)
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

// readActiveFor returns how long every read of a person has shown them as active:
// since the request or since the bot started, whichever is later. The key is the
// account, or that of its restore.
func (e *Executor) readActiveFor(key string) time.Duration {
	since, ok := e.state.readActiveSince[key]
	if !ok {
		e.state.readActiveSince[key] = time.Now().UTC()
		return 0
	}
	return time.Now().UTC().Sub(since)
}
