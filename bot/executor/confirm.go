package executor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"inactivebot/bot/policy"
	"inactivebot/bot/reconcile"
	"inactivebot/storage"
)

const (
	// maxClaims is how often a step is sent if its request has no effect.
	maxClaims = 3
	// confirmTimeout is the time from the first claim after which an unconfirmed
	// step fails and an approver has to decide.
	confirmTimeout = storage.ConfirmAfter
)

// confirmState contains retry times, and since when each person has been read as
// active. It only affects timing, so it is not stored.
type confirmState struct {
	retry           *reconcile.Backoff
	readActiveSince map[string]time.Time // by account, or by the key of a restore.
	reads           int                  // how often people were read back.
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
	open = slices.DeleteFunc(open, func(st storage.Step) bool { return st.State == storage.StepPending && expired(st) })
	if err != nil || len(open) == 0 {
		return reconcile.Idle, err
	}
	key := batchKey(batch.ID)
	if due, left := e.state.retry.Due(key); !due {
		return left, nil
	}
	e.state.retry.Later(key)
	_, left := e.state.retry.Due(key)
	seen, err := e.readMany(ctx, open)
	defer e.wakeMessages()
	failures := []error{err}
	for _, st := range open {
		if u, ok := seen[st.AccountID]; ok {
			failures = append(failures, e.confirm(st, u))
		}
	}
	return left, errors.Join(failures...)
}

// confirm settles one step whose request was sent, with what was read. A suspended
// user confirms the step. If the user stays active for the whole settle time, the
// request had no effect. A person who cannot be read in time is unclear.
func (e *Executor) confirm(st storage.Step, seen sighting) error {
	now := time.Now().UTC()
	last := st.Accepted || st.EndsAs != "" // not sent again.
	switch {
	case isSuspended(seen.User):
		delete(e.state.readActiveSince, st.AccountID)
		return e.store.Confirm(st, now)
	case st.State == storage.StepPending:
		return nil // taken again, or settled by a scan.
	case !policy.CanLogIn(seen.User):
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
