package storage

import (
	"testing"
	"time"
)

// TestUpdateExclusion checks that an exclusion in effect gets another reason and
// end, keeps who made it and when, and is noted once.
func TestUpdateExclusion(t *testing.T) {
	end := t0.Add(week)
	for _, c := range []struct {
		name   string
		have   Exclusion
		update Exclusion
		at     time.Time
		cause  Cause
		notes  int
	}{
		{"a reason", Exclusion{}, Exclusion{Reason: "on leave"}, t0, "", 1},
		{"an end", Exclusion{}, Exclusion{Until: end}, t0, "", 1},
		{"both", Exclusion{Reason: "old", Until: end.Add(week)}, Exclusion{Reason: "on leave", Until: end}, t0, "", 1},
		{"the end alone, of one with a reason", Exclusion{Reason: "on leave"}, Exclusion{Reason: "on leave", Until: end}, t0, "", 1},
		{"the reason alone, of one with an end", Exclusion{Until: end}, Exclusion{Reason: "on leave", Until: end}, t0, "", 1},
		{"nothing", Exclusion{Reason: "on leave", Until: end}, Exclusion{Reason: "on leave", Until: end}, t0, "", 0},
		{"neither any more", Exclusion{Reason: "on leave", Until: end}, Exclusion{}, t0, "", 1},
		{"the moment before it ends", Exclusion{Until: end}, Exclusion{Reason: "on leave", Until: end}, end.Add(-1), "", 1},
		{"one that has ended", Exclusion{Until: end}, Exclusion{Reason: "on leave"}, end, CauseNotExcluded, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t)
			published(t, s, t0, "a")
			c.have.AccountID, c.have.By, c.have.Since = "a", ada, t0.Add(-week)
			must(t, s.Exclude(c.have))
			c.update.AccountID = "a"
			wantCause(t, s.UpdateExclusion(c.update, bob, c.at), c.cause)
			want := Exclusion{AccountID: "a", By: ada, Since: c.have.Since, Reason: c.update.Reason, Until: c.update.Until}
			if c.cause != "" {
				want = c.have
			}
			if got, _, err := s.Exclusion("a", t0); got != want || err != nil {
				t.Errorf("got %+v, %v, want %+v", got, err, want)
			}
			notes, err := s.Notes()
			must(t, err)
			n := 0
			for _, note := range notes {
				if note.Kind == NoteExclusionUpdated {
					n++
				}
			}
			if n != c.notes {
				t.Errorf("%d notes, want %d", n, c.notes)
			}
		})
	}
}

func TestUpdateExclusionOfNobody(t *testing.T) {
	s := newStore(t)
	wantCause(t, s.UpdateExclusion(Exclusion{AccountID: "a", Reason: "on leave"}, bob, t0), CauseNotExcluded)
	if _, ok, err := s.Exclusion("a", t0); ok || err != nil {
		t.Errorf("excluded: %t, %v", ok, err)
	}
}

// TestEndOfAnExclusionInTheAuditLog checks that the audit log keeps until when a
// person was excluded, and says nothing of it where there is no end.
func TestEndOfAnExclusionInTheAuditLog(t *testing.T) {
	s := newStore(t)
	for _, c := range []struct {
		until time.Time
		want  string
	}{{time.Time{}, ""}, {t0.Add(week), "2026-06-08T09:00:00Z"}} {
		must(t, s.Exclude(Exclusion{AccountID: "a", By: ada, Since: t0, Until: c.until, Reason: "r"}))
		all, err := s.AuditEntries(1, func(e AuditEntry) bool { return e.Action == "exclude" })
		must(t, err)
		if got, ok := all[0].Detail["until"]; got != c.want || ok != (c.want != "") {
			t.Errorf("until %q, want %q", got, c.want)
		}
	}
}
