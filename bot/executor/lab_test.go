package executor_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/executor"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan"
	"inactivebot/bot/scan/scantest"
	"inactivebot/storage"
)

const (
	ada          = "U0ADA"
	suspendRoute = "POST suspend"
	restoreRoute = "POST restore"
	// people is how many people the organisation has; 12 of them are candidates.
	people = 100
)

// lab is a simulated organisation with a database and an executor, in a bubble of
// virtual time.
type lab struct {
	*scantest.Lab
	t       *testing.T
	store   *storage.Store
	policy  policy.Settings  // used by the next start.
	options executor.Options // used by the next start.
	service *scan.Service
	stop    func() // stops the executor.
}

// inLab runs a test in a lab without faults, in which no executor runs yet.
func inLab(t *testing.T, test func(*lab)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "executor.db")
	synctest.Test(t, func(t *testing.T) {
		l := &lab{Lab: scantest.New(t, people), t: t, policy: scantest.Policy(), options: executor.Options{Settle: time.Minute}, stop: func() {}}
		l.Org.ClearFaults()
		store, err := storage.Open(path)
		scantest.Must(t, err)
		l.store = store
		defer func() {
			l.stop()
			scantest.Must(t, store.Close())
		}()
		l.configure()
		test(l)
	})
}

// configure makes the scan service of the current settings.
func (l *lab) configure() {
	l.service = scan.New(l.store, l.Client, scan.Options{Policy: l.policy, ReportTTL: 7 * 24 * time.Hour, DirectoryID: l.options.DirectoryID})
	l.service.ApproverEmails = func(context.Context) []string { return nil }
	l.service.IsApprover = func(context.Context, string) (bool, error) { return false, nil }
	l.service.AfterReport = func(context.Context, uint64) {}
}

// approve scans the organisation and approves the first n candidates, all of them
// if n is 0. It returns their accounts in the order of the batch.
func (l *lab) approve(n int) (accounts []string) {
	l.t.Helper()
	r, err := l.service.Run(context.Background(), ada, time.Now().String(), 0)
	scantest.Must(l.t, err)
	all, err := l.store.Candidates(r, time.Now().UTC())
	scantest.Must(l.t, err)
	for _, c := range all {
		accounts = append(accounts, c.Row.AccountID)
	}
	if n > 0 {
		accounts = accounts[:n]
	}
	_, err = l.store.Approve(storage.Decision{ReportID: r.ID, Hash: r.Hash, By: ada, At: time.Now().UTC(), People: accounts, Cap: len(accounts)})
	scantest.Must(l.t, err)
	return accounts
}

// start starts an executor with the current settings.
func (l *lab) start() {
	l.configure()
	e := executor.New(l.store, l.Client, l.service, l.options, func() {}, func(context.Context, error) error { return nil })
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	l.stop = func() {
		cancel()
		scantest.Must(l.t, <-done)
		l.stop = func() {}
	}
}

// startSlowly starts the executor, waits until n people are suspended, and stops
// it.
func (l *lab) startSlowly(n int) {
	l.t.Helper()
	l.fault(atlassiantest.Fault{Route: scantest.DatesRoute, Count: -1, DelayMS: 1000})
	l.start()
	l.until("people are suspended", func() bool { return len(l.suspended()) >= n })
	l.stop()
	l.Org.ClearFaults()
}

// run starts the executor and lets it work for two hours.
func (l *lab) run() {
	l.start()
	l.pass(2 * time.Hour)
}

// pass lets virtual time pass.
func (l *lab) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// org changes how the organisation behaves.
func (l *lab) org(o atlassiantest.OrgSettings) {
	l.t.Helper()
	scantest.Must(l.t, l.Org.Configure(o))
}

// until lets virtual time pass until something has happened, an hour at most.
func (l *lab) until(what string, happened func() bool) {
	l.t.Helper()
	for end := time.Now().Add(time.Hour); !happened(); l.pass(100 * time.Millisecond) {
		if time.Now().After(end) {
			l.t.Fatalf("waited for an hour until %s: %q", what, l.steps())
		}
	}
}

func (l *lab) fault(f atlassiantest.Fault) {
	l.t.Helper()
	scantest.Must(l.t, l.Org.AddFault(f))
}

// faultFor adds a fault to every call of a route about each of the accounts.
func (l *lab) faultFor(f atlassiantest.Fault, route string, accounts ...string) {
	l.t.Helper()
	for _, account := range accounts {
		f.Route, f.AccountID, f.Count = route, account, -1
		l.fault(f)
	}
}

// suspended returns the sorted accounts that are suspended because of the executor.
func (l *lab) suspended() (out []string) {
	for _, p := range l.Org.AllPeople() {
		if p.Suspends > 0 && p.Suspended {
			out = append(out, p.AccountID)
		}
	}
	slices.Sort(out)
	return out
}

// checkSuspended fails unless exactly these accounts are suspended.
func (l *lab) checkSuspended(want ...string) {
	l.t.Helper()
	want = slices.Sorted(slices.Values(want))
	if got := l.suspended(); !slices.Equal(got, want) {
		l.t.Errorf("suspended %v, want %v", got, want)
	}
}

// requests returns the number of requests of a route.
func (l *lab) requests(route string) (n int) {
	for _, r := range l.Org.Requests().Events {
		if r.Route == route {
			n++
		}
	}
	return n
}

// batch returns the only batch.
func (l *lab) batch() storage.Batch {
	l.t.Helper()
	b, err := l.store.Batch(1)
	scantest.Must(l.t, err)
	return b
}

// checkBatch fails unless the batch is done, or is stopped for the reason if there
// is one.
func (l *lab) checkBatch(reason string) {
	l.t.Helper()
	want := storage.BatchDone
	if reason != "" {
		want = storage.BatchStopped
	}
	if b := l.batch(); b.State != want || b.StopReason != reason {
		l.t.Errorf("the batch is %s %q, want %s %q", b.State, b.StopReason, want, reason)
	}
}

// steps returns the state of each step with its reason, in order.
func (l *lab) steps() (out []string) {
	l.t.Helper()
	all, err := l.store.Steps(l.batch())
	scantest.Must(l.t, err)
	for _, st := range all {
		out = append(out, fmt.Sprintf("%s %s", st.State, st.Reason))
	}
	return out
}

// checkSteps fails unless the steps at these positions have the state and reason.
func (l *lab) checkSteps(want string, positions ...int) {
	l.t.Helper()
	all := l.steps()
	for _, i := range positions {
		if all[i] != want {
			l.t.Errorf("step %d is %q, want %q", i, all[i], want)
		}
	}
}

// at returns the accounts at these positions.
func at(accounts []string, positions ...int) (out []string) {
	for _, i := range positions {
		out = append(out, accounts[i])
	}
	return out
}

// without returns the accounts except those at these positions.
func without(accounts []string, positions ...int) (out []string) {
	for i, account := range accounts {
		if !slices.Contains(positions, i) {
			out = append(out, account)
		}
	}
	return out
}
