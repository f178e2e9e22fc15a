package storage

import (
	"errors"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// pressedAt returns a delivery with one id that was pressed at a time.
func pressedAt(id string, at time.Time) Delivery { return Delivery{IDs: []string{id}, Pressed: at} }

// TestDeliveryCountsOnce checks that a delivery decides once about each object, and
// not at all after it was refused.
func TestDeliveryCountsOnce(t *testing.T) {
	s := newStore(t)
	e := Exclusion{AccountID: "a", By: "U1", Since: t0}
	d := Delivery{IDs: []string{"trigger/1", "press/1"}}
	must(t, s.For(d).Exclude(e))
	must(t, s.Include("a", "U2", t0))
	for _, again := range []Delivery{d, {IDs: []string{"trigger/1"}}, {IDs: []string{"press/1", "trigger/2"}}} {
		if err := s.For(again).Exclude(e); !errors.Is(err, ErrDuplicate) {
			t.Errorf("a second delivery %v: %v, want ErrDuplicate", again.IDs, err)
		}
	}
	e.AccountID = "b"
	must(t, s.For(d).Exclude(e)) // another person of the same command.
	refused := Delivery{IDs: []string{"trigger/3"}}
	must(t, s.For(refused).Refuse(AuditEntry{At: t0, Actor: "U1", Action: "refused"}))
	e.AccountID = "c"
	if err := s.For(refused).Exclude(e); !errors.Is(err, ErrDuplicate) {
		t.Errorf("a refused delivery, again: %v, want ErrDuplicate", err)
	}
	if err := s.For(refused).Refuse(AuditEntry{At: t0, Actor: "U1", Action: "refused"}); !errors.Is(err, ErrDuplicate) {
		t.Errorf("refused twice: %v, want ErrDuplicate", err)
	}
	if all, err := s.Exclusions(t0); err != nil || len(all) != 1 || all[0].AccountID != "b" {
		t.Errorf("the exclusions are %v, %v, want b's only", all, err)
	}
}

// TestRefusedDecisionIsNotMadeLater checks that a delivery that was refused decides
// nothing later, when it would be possible.
func TestRefusedDecisionIsNotMadeLater(t *testing.T) {
	s := newStore(t)
	d := Delivery{IDs: []string{"trigger/1"}}
	wantCause(t, s.For(d).Unpause("U1", t0), CauseAlready)
	must(t, s.Pause("U2", t0))
	if err := s.For(d).Unpause("U1", t0); !errors.Is(err, ErrDuplicate) {
		t.Errorf("%v, want ErrDuplicate", err)
	}
	if _, paused, err := s.Paused(); err != nil || !paused {
		t.Errorf("paused: %t, %v", paused, err)
	}
	wantCause(t, s.Unpause("U1", t0), "") // another delivery.
}

// TestRefusedDecisionLeavesTheRefusal checks that the refusal of a decision can be
// recorded after it.
func TestRefusedDecisionLeavesTheRefusal(t *testing.T) {
	s := newStore(t)
	d := Delivery{IDs: []string{"trigger/1"}}
	if err := s.For(d).Include("a", "U1", t0); !errors.As(err, new(Refusal)) {
		t.Fatalf("%v, want a refusal", err)
	}
	must(t, s.For(d).Refuse(AuditEntry{At: t0, Actor: "U1", Action: "refused"}))
}

// TestDecisionsGoForwards checks that a press from before the last decision about
// the same thing is refused, whoever decided and in whichever way.
func TestDecisionsGoForwards(t *testing.T) {
	at := func(seconds int) time.Time { return t0.Add(time.Duration(seconds) * time.Second) }
	exclude := func(s *Store) error { return s.Exclude(Exclusion{AccountID: "a", By: "U1", Since: t0}) }
	tests := map[string]struct {
		last  func(*Store) error
		older bool
	}{
		"a press after it":  {func(s *Store) error { return exclude(s.For(pressedAt("1", at(20)))) }, true},
		"a press before it": {func(s *Store) error { return exclude(s.For(pressedAt("1", at(5)))) }, false},
		"a press with it":   {func(s *Store) error { return exclude(s.For(pressedAt("1", at(10)))) }, false},
		"a command after it, by Slack's clock": {func(s *Store) error {
			s.UseClock(func() time.Time { return at(20) })
			return exclude(s.For(Delivery{IDs: []string{"1"}}))
		}, true},
		"a command, Slack's clock not known": {func(s *Store) error { return exclude(s.For(Delivery{IDs: []string{"1"}})) }, false},
		"an import": {func(s *Store) error {
			s.UseClock(func() time.Time { return at(20) })
			_, err := s.Import([]ExclusionEntry{{Who: "a"}}, true, t0)
			return err
		}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			must(t, test.last(s))
			err := s.For(pressedAt("2", at(10))).Include("a", "U2", t0)
			r, refused := AsRefusal(err)
			if refused != test.older || refused && (r.Cause != CauseOlder || !r.At.Equal(at(20))) || !refused && err != nil {
				t.Errorf("%v, want older: %t", err, test.older)
			}
		})
	}
}

// TestOrderIsKeptWithoutAClock checks that a decision without a time does not let
// an older press through.
func TestOrderIsKeptWithoutAClock(t *testing.T) {
	s := newStore(t)
	e := Exclusion{AccountID: "a", By: "U1", Since: t0}
	must(t, s.For(pressedAt("1", t0.Add(time.Minute))).Exclude(e))
	must(t, s.Include("a", "U2", t0))
	if r, ok := AsRefusal(s.For(pressedAt("2", t0)).Exclude(e)); !ok || r.Cause != CauseOlder {
		t.Errorf("an older press is %+v, want refused", r)
	}
}

// TestBotsOwnStopCounts checks that an approver's late Resume does not continue a
// batch that the bot has stopped since.
func TestBotsOwnStopCounts(t *testing.T) {
	s := newStore(t)
	s.UseClock(func() time.Time { return t0.Add(time.Minute) })
	r := published(t, s, t0, "a", "b")
	b := approved(t, s, r, t0, "a", "b")
	must(t, s.Stop(b.ID, Bot, "failures", t0))
	if r, ok := AsRefusal(s.For(pressedAt("1", t0)).Resume(b.ID, "U1", t0)); !ok || r.Cause != CauseOlder || r.By != Bot {
		t.Errorf("a late Resume is %+v, want refused as older than the bot's stop", r)
	}
	must(t, s.For(pressedAt("2", t0.Add(2*time.Minute))).Resume(b.ID, "U1", t0))
}

// TestForgetDeliveries checks that deliveries are kept for a day.
func TestForgetDeliveries(t *testing.T) {
	s := newStore(t)
	d := Delivery{IDs: []string{"trigger/1"}}
	must(t, s.For(d).Exclude(Exclusion{AccountID: "a", By: "U1", Since: t0}))
	must(t, s.ForgetDeliveries(time.Now().Add(DeliveryTime-time.Hour)))
	if err := s.For(d).Include("a", "U1", t0); err != nil && !errors.Is(err, ErrDuplicate) {
		t.Fatal(err)
	}
	if err := s.For(d).Exclude(Exclusion{AccountID: "a", By: "U1", Since: t0}); !errors.Is(err, ErrDuplicate) {
		t.Errorf("after 23 hours: %v, want ErrDuplicate", err)
	}
	must(t, s.ForgetDeliveries(time.Now().Add(DeliveryTime+time.Hour)))
	n := 0
	must(t, s.db.View(func(tx *bolt.Tx) error {
		for range deliveries.keys(tx, nil) {
			n++
		}
		return nil
	}))
	if n != 0 {
		t.Errorf("%d deliveries are kept after 25 hours", n)
	}
}
