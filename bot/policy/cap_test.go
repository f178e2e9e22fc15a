package policy_test

import (
	"testing"

	"inactivebot/bot/policy"
)

func TestCap(t *testing.T) {
	for _, c := range []struct {
		name                     string
		canLogIn, limit, percent int
		want                     int
	}{
		{"nobody can log in", 0, 50, 25, 10},
		{"a team", 20, 50, 25, 10},
		{"the last that ten is more for", 43, 50, 25, 10},
		{"the first that the share is more for", 44, 50, 25, 11},
		{"a share is rounded down", 47, 50, 25, 11},
		{"the last below the limit", 199, 50, 25, 49},
		{"the share is the limit", 200, 50, 25, 50},
		{"a company", 100_000, 50, 25, 50},
		{"a limit below ten holds", 1000, 5, 25, 5},
		{"no limit to speak of", 1000, 100_000, 100, 1000},
		{"no share leaves ten", 1000, 50, 0, 10},
		{"a limit of none", 1000, 0, 25, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := policy.Cap(c.canLogIn, c.limit, c.percent); got != c.want {
				t.Errorf("Cap(%d, %d, %d) = %d, want %d", c.canLogIn, c.limit, c.percent, got, c.want)
			}
		})
	}
}
