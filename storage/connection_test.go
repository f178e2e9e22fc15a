package storage

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestAbsenceIsNotedInLiveReportsOnly: from the last sign of the connection, or
// from the report's making, and once.
func TestAbsenceIsNotedInLiveReportsOnly(t *testing.T) {
	const minute = time.Minute
	tests := map[string]struct {
		made, back time.Duration // the report's making, and the connection's return, after the last sign.
		want       time.Duration // the beginning of the noted absence, negative for none.
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
			must(t, s.StillConnected(t0))
			r := published(t, s, t0.Add(test.made), "a")
			drop(t, s)
			back := t0.Add(test.back)
			for range 2 {
				_, err := s.Connected(back)
				must(t, err)
			}
			var want []Note
			if test.want >= 0 {
				want = []Note{{Kind: NoteAbsent, ReportID: r.ID, At: t0.Add(test.want), Until: back}}
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

// drop posts every note.
func drop(t *testing.T, s *Store) {
	t.Helper()
	notes, err := s.Notes()
	must(t, err)
	for _, n := range notes {
		must(t, s.NotePosted(n.ID))
	}
}

func TestNoChannelIsToldOnceEach(t *testing.T) {
	s := newStore(t)
	told := func(user string, want bool) {
		t.Helper()
		first, err := s.TellNoChannel(user)
		if must(t, err); first != want {
			t.Errorf("%s first: %t, want %t", user, first, want)
		}
	}
	told(ada, false) // there is nothing to tell.
	must(t, s.EndNoChannel(t0))
	must(t, s.SetNoChannel("is_archived", t0))
	must(t, s.SetNoChannel("not_in_channel", t0.Add(time.Hour)))
	told(ada, true)
	told(ada, false)
	told(bob, true)
	must(t, s.NotTold(bob))
	must(t, s.Close())
	s.db = reopen(t, s.Path()).db
	told(bob, true)
	c, in, err := s.NoChannel()
	if must(t, err); !in || c.Code != "is_archived" || !c.Since.Equal(t0) {
		t.Errorf("got %+v %t", c, in)
	}
	for range 2 {
		must(t, s.EndNoChannel(t0.Add(2*time.Hour)))
	}
	notes, err := s.Notes()
	if must(t, err); len(notes) != 1 || notes[0].Kind != NoteChannelBack || !notes[0].At.Equal(t0) || !notes[0].Until.Equal(t0.Add(2*time.Hour)) {
		t.Errorf("notes are %+v", notes)
	}
	told(ada, false)
}
