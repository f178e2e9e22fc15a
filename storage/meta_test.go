package storage

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestGreetOnce(t *testing.T) {
	s := newStore(t)
	var first atomic.Int32
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			is, err := s.Greet(t0)
			if err != nil {
				t.Error(err)
			}
			if is {
				first.Add(1)
			}
		})
	}
	all.Wait()
	must(t, s.Close())
	s.db = reopen(t, s.Path()).db
	if again, err := s.Greet(t0.Add(time.Hour)); again || err != nil {
		t.Errorf("after a restart: %t, %v", again, err)
	}
	notes, err := s.Notes()
	if must(t, err); first.Load() != 1 || len(notes) != 1 || notes[0].Kind != NoteGreeting || !notes[0].At.Equal(t0) {
		t.Errorf("%d were first, notes are %+v", first.Load(), notes)
	}
}

func TestLastSlot(t *testing.T) {
	s := newStore(t)
	if at, err := s.LastSlot(); err != nil || !at.IsZero() {
		t.Errorf("got %v %v, want none", at, err)
	}
	must(t, s.SetLastSlot(t0))
	if at, err := s.LastSlot(); err != nil || !at.Equal(t0) {
		t.Errorf("got %v %v, want %v", at, err, t0)
	}
}

func TestPaused(t *testing.T) {
	s := newStore(t)
	if p, ok, err := s.Paused(); ok || err != nil {
		t.Errorf("got %+v %t %v, want none", p, ok, err)
	}
	paused(t, s, true)
	if p, ok, err := s.Paused(); err != nil || !ok || p.By != bob || !p.At.Equal(t0) {
		t.Errorf("got %+v %t %v", p, ok, err)
	}
}

func TestNotes(t *testing.T) {
	s := newStore(t)
	want := []Note{{ID: 1, Kind: NoteSource, At: t0, Text: "one"}, {ID: 2, Kind: NoteExcluded, ReportID: 3, By: ada, At: t0, Accounts: []string{"a"}, Until: t0}}
	for _, n := range want {
		must(t, s.AddNote(n))
	}
	must(t, s.MarkNoteAttempted(2, t0.Add(time.Minute)))
	want[1].AttemptedAt = t0.Add(time.Minute)
	got, err := s.Notes()
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	must(t, s.MarkNotePosted(1))
	must(t, s.MarkNotePosted(1))
	must(t, s.MarkNoteAttempted(1, t0)) // a deleted note stays deleted.
	must(t, s.AddNote(Note{Kind: NoteSource}))
	var ids []uint64
	got, err = s.Notes()
	must(t, err)
	for _, n := range got {
		ids = append(ids, n.ID)
	}
	if !slices.Equal(ids, []uint64{2, 3}) {
		t.Errorf("notes are %v, want 2 and 3: ids are never reused", ids)
	}
}

func TestPeople(t *testing.T) {
	s := newStore(t)
	a := Person{AccountID: "a", Name: "Ada", Email: "Ada@example.com"}
	b := Person{AccountID: "b", Name: "ada@example.com", Email: "b@example.com"}
	twin := Person{AccountID: "c", Name: "Twin", Email: "ada@EXAMPLE.com"}
	nameless := Person{AccountID: "d"}
	for _, p := range []Person{a, b, twin, nameless} {
		must(t, s.SavePerson(p))
	}
	for who, want := range map[string][]Person{
		"a": {a}, "d": {nameless}, "ADA@example.com": {a, twin}, "b@example.com": {b},
		"Ada": nil, "A": nil, "": nil, "ada@example": nil,
	} {
		if got, err := s.FindPeople(who); err != nil || !slices.Equal(got, want) {
			t.Errorf("FindPeople(%q) = %+v, %v; want %+v", who, got, err, want)
		}
	}
	if got, err := s.Person("x"); err != nil || got != (Person{AccountID: "x"}) {
		t.Errorf("Person(x) = %+v, %v; want only the id", got, err)
	}
	sc := scanned(t, s, t0)
	a.Name = "Ada L."
	must(t, s.AddRows(sc.ID, ScanChunk{People: []Person{a}}))
	if got, err := s.Person("a"); err != nil || got != a {
		t.Errorf("Person(a) = %+v, %v; want %+v", got, err, a)
	}
}
