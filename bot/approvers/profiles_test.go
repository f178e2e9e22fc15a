package approvers_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"inactivebot/bot/approvers"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// profiles are approvers with a database for their profiles.
type profiles struct {
	*workspace
	*approvers.Approvers
	store *storage.Store
	ended chan error // how the reading ends.
	end   context.CancelFunc
}

// inProfiles runs a test with Ada, Ben and Carl as approvers, whose profiles are
// read if reads is set.
func inProfiles(t *testing.T, ids []string, reads bool, test func(*profiles)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "profiles.db")
	inWorkspace(t, func(w *workspace) {
		store, err := storage.Open(path)
		if err != nil {
			w.t.Fatal(err)
		}
		defer func() { _ = store.Close() }()
		p := &profiles{workspace: w, Approvers: approvers.New(w.api, store, ids, ""), store: store, ended: make(chan error, 1)}
		p.SetHome(home, "")
		ctx, end := context.WithCancel(context.Background())
		p.end = end
		if reads {
			go func() { p.ended <- p.KeepProfiles(ctx) }()
			p.pass(time.Second)
		}
		test(p)
		end()
	})
}

var three = []string{ada, ben, carl}

// pass lets virtual time pass.
func (p *profiles) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// read returns the users whose profiles are stored, as "U… able email".
func (p *profiles) read() (out []string) {
	p.t.Helper()
	all, err := p.store.ApproverProfiles()
	if err != nil {
		p.t.Fatal(err)
	}
	for _, one := range all {
		out = append(out, fmt.Sprintf("%s %t %s", one.User, one.Able, one.Email))
	}
	return out
}

// TestHasEmail checks how an approver's own account is recognised by the stored
// profiles, and that Slack is asked about the email where they are missing or old.
func TestHasEmail(t *testing.T) {
	t.Parallel()
	const carls, mias = "CARL@example.com", "mia.member@example.com"
	for name, test := range map[string]struct {
		reads bool
		age   time.Duration // of the profiles, which are not read any more.
		fail  string        // the method without an answer.
		email string
		want  bool
		sure  bool
	}{
		"an approver's":                         {true, 0, "users.lookupByEmail", carls, true, true},
		"no approver's":                         {true, 0, "users.lookupByEmail", mias, false, true},
		"an approver's, profiles of yesterday":  {true, 25 * time.Hour, "users.lookupByEmail", carls, true, true},
		"no approver's, profiles of today":      {true, 23 * time.Hour, "users.lookupByEmail", mias, false, true},
		"no approver's, profiles of yesterday":  {true, 24*time.Hour + time.Second, "", mias, false, true},
		"not known, profiles of yesterday":      {true, 24*time.Hour + time.Second, "users.lookupByEmail", mias, false, false},
		"an approver's, without profiles":       {false, 0, "", carls, true, true},
		"no approver's, without profiles":       {false, 0, "", mias, false, true},
		"nobody's, without profiles":            {false, 0, "", "nobody@example.com", false, true},
		"an approver's, neither is answered":    {false, 0, "users.lookupByEmail", carls, false, false},
		"no approver's, a profile not answered": {false, 0, "users.lookupByEmail", mias, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inProfiles(t, three, test.reads, func(p *profiles) {
				p.end()
				p.pass(test.age)
				if test.fail != "" {
					p.fail(test.fail, 0)
				}
				got, err := p.HasEmail(p.t.Context(), test.email)
				if got != test.want || (err == nil) != test.sure {
					t.Errorf("%t and %v, want %t, sure: %t", got, err, test.want, test.sure)
				}
			})
		})
	}
}

// TestHasEmailOfOneWhoIsNotRead checks that one missing profile among others is
// enough to ask Slack.
func TestHasEmailOfOneWhoIsNotRead(t *testing.T) {
	t.Parallel()
	for _, missing := range three {
		t.Run(missing, func(t *testing.T) {
			t.Parallel()
			inProfiles(t, three, false, func(p *profiles) {
				for _, id := range slices.DeleteFunc(slices.Clone(three), func(id string) bool { return id == missing }) {
					if err := p.store.SaveApproverProfile(storage.ApproverProfile{User: id, Email: id + "@example.com", Able: true, ReadAt: time.Now()}); err != nil {
						p.t.Fatal(err)
					}
				}
				p.fail("users.lookupByEmail", 0)
				if got, err := p.HasEmail(p.t.Context(), "someone@example.com"); got || err == nil {
					t.Errorf("%t and %v, want an error", got, err)
				}
				if _, _, complete, err := p.Known(p.t.Context()); complete || err != nil {
					t.Errorf("complete: %t and %v", complete, err)
				}
			})
		})
	}
}

// TestHasEmailWithoutTheGroup checks that it is not known who the approvers are
// while Slack does not tell the group's members.
func TestHasEmailWithoutTheGroup(t *testing.T) {
	t.Parallel()
	inProfiles(t, three, true, func(p *profiles) {
		a := approvers.New(p.api, p.store, three, group)
		p.fail("usergroups.users.list", 0)
		if got, err := a.HasEmail(p.t.Context(), "someone@example.com"); got || err == nil {
			t.Errorf("HasEmail: %t and %v, want an error", got, err)
		}
		if able, _, complete, err := a.Known(p.t.Context()); len(able) > 0 || complete || err == nil {
			t.Errorf("Known: %v, complete: %t and %v, want an error", able, complete, err)
		}
	})
}

// TestKnown checks what the stored profiles say about the approvers.
func TestKnown(t *testing.T) {
	t.Parallel()
	inProfiles(t, []string{ada, ben, carl, "U0GUEST0001", "U0GUEST0002", "U0NOBODY999"}, false, func(p *profiles) {
		if able, hidden, complete, err := p.Known(p.t.Context()); len(able)+len(hidden) > 0 || complete || err != nil {
			t.Errorf("before they are read: %v, %v, complete: %t and %v", able, hidden, complete, err)
		}
		p.SetUser(slacktest.User{ID: ben, Name: "ben", TeamID: home, Email: "ben@example.com", EmailHidden: true})
		p.SetUser(slacktest.User{ID: "U0GUEST0002", Name: "guy", TeamID: home, Email: "guy@example.com", EmailHidden: true, IsGuest: true})
		go func() { _ = p.KeepProfiles(p.t.Context()) }()
		p.pass(time.Second)
		able, hidden, complete, err := p.Known(p.t.Context())
		if !slices.Equal(able, three) || !slices.Equal(hidden, []string{ben}) || !complete || err != nil {
			t.Errorf("able %v, hidden %v, complete: %t and %v", able, hidden, complete, err)
		}
		if got := p.Emails(p.t.Context()); !slices.Equal(got, []string{"ada.approver@example.com", "carl@example.com", "gus.guest@example.com"}) {
			t.Errorf("emails %q", got)
		}
		if got := p.read(); !slices.Contains(got, "U0NOBODY999 false ") || !slices.Contains(got, "U0GUEST0001 false gus.guest@example.com") {
			t.Errorf("stored %q", got)
		}
	})
}

// TestKeepProfiles checks that profiles are read again once they are an hour old,
// that one without an answer is read in the next round, and that the profiles of
// people who are no approvers any more are deleted.
func TestKeepProfiles(t *testing.T) {
	t.Parallel()
	inProfiles(t, three, false, func(p *profiles) {
		if err := p.store.SaveApproverProfile(storage.ApproverProfile{User: "U0FORMER001", Able: true, ReadAt: time.Now()}); err != nil {
			p.t.Fatal(err)
		}
		if err := p.Fault(slacktest.Fault{Method: "users.info", Skip: 1, Count: 1, Error: "internal_error"}); err != nil {
			p.t.Fatal(err)
		}
		ctx, end := context.WithCancel(context.Background())
		go func() { p.ended <- p.KeepProfiles(ctx) }()
		p.pass(time.Second)
		check := func(after string, want ...string) {
			t.Helper()
			if got := p.read(); !slices.Equal(got, want) {
				t.Errorf("after %s: %q, want %q", after, got, want)
			}
		}
		const first, last = ada + " true ada.approver@example.com", carl + " true carl@example.com"
		check("a round", first, last)
		p.SetUser(slacktest.User{ID: carl, Name: "carl", TeamID: home, Email: "karl@example.com"})
		p.pass(30 * time.Minute)
		check("half an hour", first, ben+" true ben.approver@example.com", last)
		p.pass(29 * time.Minute)
		check("59 minutes", first, ben+" true ben.approver@example.com", last)
		p.pass(2 * time.Minute)
		check("61 minutes", first, ben+" true ben.approver@example.com", carl+" true karl@example.com")
		end()
		if err := <-p.ended; err != nil {
			t.Errorf("ended with %v", err)
		}
	})
}

// TestKeepProfilesOfALargeGroup checks that after the first twenty one profile a
// second is read, so that presses find room in Slack's rate limit.
func TestKeepProfilesOfALargeGroup(t *testing.T) {
	t.Parallel()
	var ids []string
	for i := range 25 {
		ids = append(ids, fmt.Sprintf("U0OTHER%04d", i))
	}
	inProfiles(t, ids, false, func(p *profiles) {
		go func() { p.ended <- p.KeepProfiles(p.t.Context()) }()
		for _, step := range []struct {
			wait time.Duration
			want int
		}{{500 * time.Millisecond, 20}, {time.Second, 21}, {2 * time.Second, 23}, {time.Minute, 25}} {
			if p.pass(step.wait); len(p.read()) != step.want {
				t.Errorf("after %s more: %d profiles, want %d", step.wait, len(p.read()), step.want)
			}
		}
	})
}

// TestKeepProfilesWithoutTheGroup checks that the profiles of the group's members
// stay while Slack does not tell who they are: their own accounts are protected.
func TestKeepProfilesWithoutTheGroup(t *testing.T) {
	t.Parallel()
	inProfiles(t, three, true, func(p *profiles) {
		p.end()
		before := p.read()
		p.fail("usergroups.users.list", 0)
		a := approvers.New(p.api, p.store, nil, group)
		go func() { _ = a.KeepProfiles(p.t.Context()) }()
		p.pass(2 * time.Hour)
		if got := p.read(); len(before) != 3 || !slices.Equal(got, before) {
			t.Errorf("%q, want %q", got, before)
		}
	})
}
