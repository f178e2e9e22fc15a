package doctor

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"
	"testing"
	"time"

	"inactivebot/storage"
)

// TestDoctorOnDatabases: states of the database that not every machine can produce,
// such as a full disk. Every line except a good one says what to do.
func TestDoctorOnDatabases(t *testing.T) {
	t.Parallel()
	plenty := storage.Info{Exists: true, Bytes: 4096, Free: 1 << 40, Schema: 1, SupportedSchema: 1}
	with := func(change func(*storage.Info)) storage.Info {
		c := plenty
		change(&c)
		return c
	}
	for name, test := range map[string]struct {
		c       storage.Info
		err     error
		verdict Verdict
		said    string
		fix     string
	}{
		"all is well":   {c: plenty, verdict: VerdictOK, said: "can be written"},
		"little space":  {c: with(func(c *storage.Info) { c.Free = 100 << 20 }), verdict: VerdictWarning, said: "104.9 MB left", fix: "free some space"},
		"an old schema": {c: with(func(c *storage.Info) { c.SupportedSchema = 3 }), verdict: VerdictOK, said: "has schema 1. The next start backs it up and upgrades it to schema 3"},
		"another user's": {
			err: storage.ErrReadOnly{Path: "b.db", UID: 65532, Cause: fs.ErrPermission}, verdict: VerdictFailed, said: "cannot be written by user id 65532", fix: "chown 65532",
		},
		"mounted read-only": {err: storage.ErrReadOnly{Path: "b.db", Cause: syscall.EROFS}, verdict: VerdictFailed, said: "mounted read-only", fix: "mount it writable"},
		"held by another":   {err: storage.ErrLocked{Path: "b.db", Holder: "process 7"}, verdict: VerdictFailed, said: "in use by process 7", fix: "stop that process first"},
		"a full disk":       {err: storage.ErrNotWritten{Path: "b.db", Cause: syscall.ENOSPC}, verdict: VerdictFailed, said: "no space left", fix: "check whether the disk is full"},
		"anything else":     {err: errors.New("odd"), verdict: VerdictFailed, said: "Odd.", fix: "INACTIVEBOT_DATABASE"},
	} {
		got := (&Doctor{Database: "b.db"}).judgeDatabase(test.c, test.err)
		if got.Verdict != test.verdict || !strings.Contains(got.Said, test.said) || !strings.Contains(got.Fix, test.fix) || (got.Fix == "") != (got.Verdict == VerdictOK) {
			t.Errorf("%s: %+v, want %q, %q and %q", name, got, test.verdict, test.said, test.fix)
		}
	}
}

// TestDoctorOnSchedules: times are shown in the schedule's zone and in UTC, with
// the day if it differs.
func TestDoctorOnSchedules(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 10, 20, 12, 0, 0, 0, time.UTC) // the clocks change on the 25th.
	for schedule, want := range map[string]string{
		"CRON_TZ=UTC 0 9 * * MON":              "The next reports are due at Mon 26 Oct 2026 09:00 UTC, Mon 2 Nov 2026 09:00 UTC, Mon 9 Nov 2026 09:00 UTC.",
		"CRON_TZ=Europe/Berlin 0 9 * * SUN":    "The next reports are due at Sun 25 Oct 2026 09:00 CET (08:00 UTC), Sun 1 Nov 2026 09:00 CET (08:00 UTC), Sun 8 Nov 2026 09:00 CET (08:00 UTC).",
		"CRON_TZ=Europe/Berlin 0 9 * * SAT":    "The next reports are due at Sat 24 Oct 2026 09:00 CEST (07:00 UTC), Sat 31 Oct 2026 09:00 CET (08:00 UTC), Sat 7 Nov 2026 09:00 CET (08:00 UTC).",
		"CRON_TZ=Pacific/Auckland 0 9 * * MON": "The next reports are due at Mon 26 Oct 2026 09:00 NZDT (Sun 20:00 UTC), Mon 2 Nov 2026 09:00 NZDT (Sun 20:00 UTC), Mon 9 Nov 2026 09:00 NZDT (Sun 20:00 UTC).",
		"CRON_TZ=UTC 0 9 30 2 *":               "INACTIVEBOT_SCHEDULE matches no date.",
		"monday":                               "INACTIVEBOT_SCHEDULE is not a valid cron expression.",
	} {
		got := (&Doctor{Settings: Options{Schedule: schedule}}).schedule(from)
		if got.Said != want {
			t.Errorf("%s: %v, want %q", schedule, got, want)
		}
	}
}
