package storage

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestTrouble checks that an incident has one message, which is stale after
// every attempt and finally says that the incident is over.
func TestTrouble(t *testing.T) {
	s := newStore(t)
	at := func(hours int) time.Time { return t0.Add(time.Duration(hours) * time.Hour) }
	stale := func(want Incident) {
		t.Helper()
		got, due, err := s.StaleIncident()
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" || due != (want.Version != want.PostedVersion) {
			t.Errorf("due %v: %s", due, diff)
		}
	}
	must(t, s.EndIncident(t0))
	stale(Incident{})
	must(t, s.SetIncident("key_refused", at(0)))
	must(t, s.SetIncident("key_refused", at(1)))
	want := Incident{Code: "key_refused", Since: t0, Attempts: 2, LastAt: at(1), Version: 2}
	stale(want)
	must(t, s.MarkIncidentAttempted(at(2)))
	want.Message.AttemptedAt = at(2)
	stale(want)
	posted := Message{Channel: "C1", TS: "1.2"}
	must(t, s.MarkIncidentPosted(2, posted))
	want.PostedVersion, want.Message = 2, posted
	stale(want)
	must(t, s.SetIncident("server", at(3)))
	want.Code, want.Attempts, want.LastAt, want.Version = "server", 3, at(3), 3
	stale(want)
	if now, in, err := s.Incident(); err != nil || !in || now.Code != "server" || !now.Since.Equal(t0) {
		t.Errorf("got %+v %t %v, want since %v", now, in, err, t0)
	}
	must(t, s.EndIncident(at(4)))
	must(t, s.EndIncident(at(5)))
	want.EndedAt, want.Version = at(4), 4
	stale(want)
	if _, in, err := s.Incident(); in || err != nil {
		t.Errorf("the incident is not over: %v", err)
	}
	must(t, s.MarkIncidentPosted(3, posted)) // a version from before the end.
	want.PostedVersion = 3
	stale(want)
	must(t, s.MarkIncidentPosted(4, posted))
	stale(Incident{})
	checkConsistent(t, s)
}

// TestTroubleNobodyWasTold checks that an incident that ends before its message
// is posted needs no message.
func TestTroubleNobodyWasTold(t *testing.T) {
	s := newStore(t)
	must(t, s.SetIncident("server", t0))
	must(t, s.EndIncident(t0))
	must(t, s.MarkIncidentPosted(1, Message{TS: "1.2"}))
	if got, due, err := s.StaleIncident(); due || err != nil {
		t.Errorf("%+v is stale: %v", got, err)
	}
}

// TestKeySince checks that the age of a key counts from its first use, and that
// a new key starts again.
func TestKeySince(t *testing.T) {
	s := newStore(t)
	for _, step := range []struct {
		key  string
		at   time.Time
		want time.Time
	}{{"one", t0, t0}, {"one", t0.Add(time.Hour), t0}, {"two", t0.Add(2 * time.Hour), t0.Add(2 * time.Hour)}} {
		if got, err := s.KeyFirstSeen(step.key, step.at); err != nil || !got.Equal(step.want) {
			t.Errorf("%s at %v: since %v (%v), want %v", step.key, step.at, got, err, step.want)
		}
		must(t, s.Exclude(Exclusion{AccountID: step.at.String(), By: ada, Since: step.at, Reason: "a text of " + step.key}))
	}
}
