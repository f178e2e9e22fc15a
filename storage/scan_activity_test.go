package storage

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestActivity(t *testing.T) {
	s := newStore(t)
	ask := func(want ...CachedActivity) {
		t.Helper()
		got, err := s.Activity([]string{"a", "b", "c"})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}
	a := CachedActivity{AccountID: "a", LastActive: t0, CheckAfter: t0.Add(week)}
	c := CachedActivity{AccountID: "c", CheckAfter: t0.Add(time.Hour)}
	must(t, s.SetActivityScope("confluence"))
	ask(CachedActivity{}, CachedActivity{}, CachedActivity{})
	must(t, s.SaveActivity(nil))
	must(t, s.SaveActivity([]CachedActivity{c, {AccountID: "a"}, a}))
	ask(a, CachedActivity{}, c)
	must(t, s.SetActivityScope("confluence"))
	ask(a, CachedActivity{}, c)
	must(t, s.SetActivityScope("confluence of two sites")) // a change of scope.
	ask(CachedActivity{}, CachedActivity{}, CachedActivity{})
	must(t, s.SaveActivity([]CachedActivity{a}))
	must(t, s.SetActivityScope("confluence"))
	ask(CachedActivity{}, CachedActivity{}, CachedActivity{})
}
