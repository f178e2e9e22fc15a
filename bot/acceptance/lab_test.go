package acceptance_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"inactivebot/bot/policy"
	"inactivebot/bot/scan"
	"inactivebot/storage"
)

// scanner reads the lab's first directory under the default settings.
func (l *lab) scanner(store *storage.Store) scan.Scanner {
	return scan.Scanner{Client: l.client, Directory: l.org.DirectoryID, Policy: defaults().Policy, Store: store}
}

// judge is everybody's lane as of now. It is an error to be told of somebody
// twice.
func (l *lab) judge(s scan.Scanner) (map[string]policy.Lane, error) {
	return judgeAt(s, time.Now().UTC())
}

func judgeAt(s scan.Scanner, now time.Time) (map[string]policy.Lane, error) {
	lanes := map[string]policy.Lane{}
	for j, err := range s.Begin(now).People(context.Background()) {
		if err != nil {
			return nil, err
		}
		if _, twice := lanes[j.User.AccountID]; twice {
			return nil, fmt.Errorf("%s is counted twice", j.User.AccountID)
		}
		lanes[j.User.AccountID] = j.Decision.Lane
	}
	return lanes, nil
}

// asked is how often somebody's activity was asked for since the last time.
func (l *lab) asked(account string) (n int) {
	for _, r := range l.org.Requests().Events {
		if r.Route == datesRoute && r.AccountID == account {
			n++
		}
	}
	l.org.ResetRequests()
	return n
}

// must ends the test for an error of the simulator's own.
func (l *lab) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// anyOf is somebody of the lane, empty where there is nobody.
func anyOf(lanes map[string]policy.Lane, lane policy.Lane) string {
	for account, l := range lanes {
		if l == lane {
			return account
		}
	}
	return ""
}
