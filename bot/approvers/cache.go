package approvers

import (
	"context"
	"time"
)

const (
	// cacheFor is how long an answer of Slack counts. A person removed from the
	// group can press no longer than that.
	cacheFor = time.Minute
	// refreshAfter is the age from which an answer that is used is renewed in
	// the background, so that frequent presses never wait for Slack.
	refreshAfter = 45 * time.Second
)

// cached is an answer of Slack and the time of the request.
type cached[T any] struct {
	value T
	at    time.Time
}

func (r cached[T]) fresh() bool { return !r.at.IsZero() && time.Since(r.at) < cacheFor }

func (r cached[T]) ageing() bool { return r.fresh() && time.Since(r.at) > refreshAfter }

// lookup is a request to Slack whose answer is cached.
type lookup[T any] struct {
	of    *Approvers
	what  string
	known func() *cached[T] // where the answer is kept; called with mu held.
	ask   func(context.Context) (T, error)
}

// answer returns the cached answer if it is fresh, and otherwise asks Slack.
func (q lookup[T]) answer(ctx context.Context) (T, error) {
	have := q.cachedValue()
	if have.ageing() {
		q.refresh()
	}
	if have.fresh() {
		return have.value, nil
	}
	semaphore := q.of.lock(q.what)
	select {
	case semaphore <- struct{}{}:
	case <-ctx.Done():
		return have.value, ctx.Err()
	}
	defer func() { <-semaphore }()
	if have := q.cachedValue(); have.fresh() { // another look-up has just refreshed it.
		return have.value, nil
	}
	return q.fetch(ctx)
}

func (q lookup[T]) cachedValue() cached[T] {
	q.of.mu.Lock()
	defer q.of.mu.Unlock()
	return *q.known()
}

// fetch asks Slack and caches the answer.
func (q lookup[T]) fetch(ctx context.Context) (T, error) {
	asked := time.Now()
	v, err := q.ask(ctx)
	if err != nil {
		return v, err
	}
	q.of.mu.Lock()
	defer q.of.mu.Unlock()
	*q.known() = cached[T]{v, asked}
	return v, nil
}

// refresh renews the value in the background unless a refresh is already
// running. If it fails, Slack is asked again when the answer is needed.
func (q lookup[T]) refresh() {
	if q.of.Background == nil {
		return
	}
	semaphore := q.of.lock(q.what)
	select {
	case semaphore <- struct{}{}:
		q.of.Background(func(ctx context.Context) {
			defer func() { <-semaphore }()
			_, _ = q.fetch(ctx)
		})
	default:
	}
}

// lock returns the semaphore that allows one look-up at a time for each key.
func (a *Approvers) lock(what string) chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asking[what] == nil {
		a.asking[what] = make(chan struct{}, 1)
	}
	return a.asking[what]
}
