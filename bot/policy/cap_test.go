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
		{"no one can log in", 0, 50, 25, 10},
		{"a team", 20, 50, 25, 10},
		{"the last size with the minimum of ten", 43, 50, 25, 10},
		{"the first size with the percentage", 44, 50, 25, 11},
		{"the percentage is rounded down", 47, 50, 25, 11},
		{"the last size below the limit", 199, 50, 25, 49},
		{"the percentage equals the limit", 200, 50, 25, 50},
		{"a company", 100_000, 50, 25, 50},
		{"a limit below ten", 1000, 5, 25, 5},
		{"a very high limit", 1000, 100_000, 100, 1000},
		{"zero percent", 1000, 50, 0, 10},
		{"a limit of zero", 1000, 0, 25, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := policy.Cap(c.canLogIn, c.limit, c.percent); got != c.want {
				t.Errorf("Cap(%d, %d, %d) = %d, want %d", c.canLogIn, c.limit, c.percent, got, c.want)
			}
		})
	}
}
