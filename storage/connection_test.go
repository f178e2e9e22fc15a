package storage

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestAbsenceIsNotedInLiveReportsOnly checks that an outage is noted once, from
// the last connection or from the creation of the report.
func TestAbsenceIsNotedInLiveReportsOnly(t *testing.T) {
	const minute = time.Minute
	tests := map[string]struct {
		created, back time.Duration // the creation of the report and the reconnection, after the last connection.
		want          time.Duration // the start of the noted outage; negative: none.
	}{
		"a quarter of an hour":         {-minute, 15 * minute, -1},
		"more":                         {-minute, 15*minute + 1, 0},
		"a report made meanwhile":      {20 * minute, 40 * minute, 20 * minute},
		"a report made just before":    {30 * minute, 40 * minute, -1},
		"a clock that was turned back": {-minute, -time.Hour, -1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			must(t, s.RecordConnected(t0))
			r := published(t, s, t0.Add(test.created), "a")
			deleteNotes(t, s)
			back := t0.Add(test.back)
			for range 2 {
				_, err := s.RecordReconnected(back)
				must(t, err)
			}
			var want []Note
			if test.want >= 0 {
				want = []Note{{Kind: NoteDisconnected, ReportID: r.ID, At: t0.Add(test.want), Until: back}}
			}
			notes, err := s.Notes()
			must(t, err)
			for i := range notes {
				notes[i].ID = 0
			}
			if diff := cmp.Diff(want, notes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// deleteNotes records that all notes were posted.
func deleteNotes(t *testing.T, s *Store) {
	t.Helper()
	notes, err := s.Notes()
	must(t, err)
	for _, n := range notes {
		must(t, s.MarkNotePosted(n.ID))
	}
}

func TestNoChannelIsToldOnceEach(t *testing.T) {
	s := newStore(t)
	notified := func(user string, want bool) {
		t.Helper()
		first, err := s.MarkOutageNotified(user)
		if must(t, err); first != want {
			t.Errorf("%s first: %t, want %t", user, first, want)
		}
	}
	notified(ada, false) // no outage.
	must(t, s.EndChannelOutage(t0))
	must(t, s.SetChannelOutage("is_archived", t0))
	must(t, s.SetChannelOutage("not_in_channel", t0.Add(time.Hour)))
	notified(ada, true)
	notified(ada, false)
	notified(bob, true)
	must(t, s.UnmarkOutageNotified(bob))
	must(t, s.Close())
	s.db = reopen(t, s.Path()).db
	notified(bob, true)
	c, in, err := s.ChannelOutage()
	if must(t, err); !in || c.Code != "is_archived" || !c.Since.Equal(t0) {
		t.Errorf("got %+v %t", c, in)
	}
	for range 2 {
		must(t, s.EndChannelOutage(t0.Add(2*time.Hour)))
	}
	notes, err := s.Notes()
	if must(t, err); len(notes) != 1 || notes[0].Kind != NoteChannelBack || !notes[0].At.Equal(t0) || !notes[0].Until.Equal(t0.Add(2*time.Hour)) {
		t.Errorf("notes are %+v", notes)
	}
	notified(ada, false)
}
