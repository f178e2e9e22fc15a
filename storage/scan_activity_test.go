package storage

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestActivity(t *testing.T) {
	s := newStore(t)
	ask := func(want ...LastSeen) {
		t.Helper()
		got, err := s.Activity([]string{"a", "b", "c"})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}
	a := LastSeen{AccountID: "a", LastActive: t0, Next: t0.Add(week)}
	c := LastSeen{AccountID: "c", Next: t0.Add(time.Hour)}
	must(t, s.ActivityFor("confluence"))
	ask(LastSeen{}, LastSeen{}, LastSeen{})
	must(t, s.KeepActivity(nil))
	must(t, s.KeepActivity([]LastSeen{c, {AccountID: "a"}, a}))
	ask(a, LastSeen{}, c)
	must(t, s.ActivityFor("confluence"))
	ask(a, LastSeen{}, c)
	must(t, s.ActivityFor("confluence of two sites")) // what counts as use is another thing now.
	ask(LastSeen{}, LastSeen{}, LastSeen{})
	must(t, s.KeepActivity([]LastSeen{a}))
	must(t, s.ActivityFor("confluence"))
	ask(LastSeen{}, LastSeen{}, LastSeen{})
}
