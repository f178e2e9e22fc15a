package scan_test

import (
	"testing"

	"inactivebot/bot/scan/scantest"
)

// lab adds what only tests of this package need.
type lab struct{ *scantest.Lab }

func newLab(t *testing.T, users int) lab { return lab{scantest.New(t, users)} }
