package storage

import (
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

func TestLinesAreNewestFirst(t *testing.T) {
	s := newStore(t)
	for _, action := range []string{"one", "two", "one", "three"} {
		must(t, s.Record(Line{At: t0, Actor: ada, Action: action}))
	}
	for _, c := range []struct {
		limit  int
		action string
		want   []uint64
	}{
		{9, "", []uint64{4, 3, 2, 1}}, {2, "", []uint64{4, 3}}, {9, "one", []uint64{3, 1}}, {1, "one", []uint64{3}}, {0, "", nil}, {9, "none", nil},
	} {
		lines, err := s.Lines(c.limit, func(l Line) bool { return c.action == "" || l.Action == c.action })
		must(t, err)
		var got []uint64
		for _, l := range lines {
			got = append(got, l.Seq)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%d of %q: %v, want %v", c.limit, c.action, got, c.want)
		}
	}
}

func TestLinesAreInUTC(t *testing.T) {
	s := newStore(t)
	must(t, s.Record(Line{At: t0.In(time.FixedZone("CEST", 7200)), Actor: ada, Action: "exclude"}))
	lines, err := s.Lines(1, func(Line) bool { return true })
	if must(t, err); lines[0].At.Format(time.RFC3339) != "2026-06-01T09:00:00Z" {
		t.Errorf("the line is of %v", lines[0].At)
	}
}

// TestChainVerifiesWhateverALineSays, also after it was read from disk.
func TestChainVerifiesWhateverALineSays(t *testing.T) {
	s := newStore(t)
	line := rapid.Custom(func(t *rapid.T) Line {
		return Line{
			At:      time.Unix(rapid.Int64Range(0, 1e10).Draw(t, "at"), 123).In(time.FixedZone("", 3600)),
			Actor:   rapid.String().Draw(t, "actor"),
			Action:  rapid.String().Draw(t, "action"),
			Account: rapid.String().Draw(t, "account"),
			Outcome: rapid.String().Draw(t, "outcome"),
			Detail:  rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "detail"),
		}
	})
	rapid.Check(t, func(t *rapid.T) { must(t, s.Record(line.Draw(t, "line"))) })
	agree(t, s)
}

// TestChainShowsAnyChange: a line that was changed, taken out or put elsewhere
// breaks the chain, although its own checksum is right.
func TestChainShowsAnyChange(t *testing.T) {
	for name, tamper := range map[string]func(tx *bolt.Tx, l Line) error{
		"changed": func(tx *bolt.Tx, l Line) error {
			l.Actor = bob
			return audit.put(tx, numberKey(2), l)
		},
		"changed with its hash": func(tx *bolt.Tx, l Line) (err error) {
			l.Actor = bob
			if l.Hash, err = l.hash(); err != nil {
				return err
			}
			return audit.put(tx, numberKey(2), l)
		},
		"taken out": func(tx *bolt.Tx, _ Line) error { return audit.delete(tx, numberKey(2)) },
		"doubled":   func(tx *bolt.Tx, l Line) error { return audit.put(tx, numberKey(3), l) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			for range 3 {
				must(t, s.Record(Line{At: t0, Actor: ada, Action: "exclude"}))
			}
			must(t, s.db.Update(func(tx *bolt.Tx) error {
				if broken := chainBreaks(tx); broken != "" {
					t.Errorf("before: %s", broken)
				}
				l, _, err := audit.get(tx, numberKey(2))
				if err != nil {
					return err
				}
				if err := tamper(tx, l); err != nil {
					return err
				}
				if chainBreaks(tx) == "" {
					t.Error("nobody notices")
				}
				return nil
			}))
		})
	}
}

// TestLinesHoldNoFreeText: reasons and rules stand apart, where they can be
// deleted.
func TestLinesHoldNoFreeText(t *testing.T) {
	const secret = "parental leave"
	s := newStore(t)
	must(t, s.Exclude(Exclusion{AccountID: "a", By: ada, Since: t0, Until: t0.Add(week), Reason: secret}))
	must(t, s.AddRule(Rule{Rule: "group:" + secret, By: ada, Since: t0, Reason: secret}))
	must(t, s.RemoveRule("group:"+secret, ada, t0))
	for key, value := range everything(t, s) {
		if strings.HasPrefix(key, "audit/") && strings.Contains(value, secret) {
			t.Errorf("%s holds the text: %s", key, value)
		}
	}
	lines, err := s.Lines(9, func(l Line) bool { return l.Text != "" })
	must(t, err)
	must(t, s.db.View(func(tx *bolt.Tx) error {
		for _, l := range lines {
			if text, ok, err := texts.get(tx, []byte(l.Text)); err != nil || !ok || !strings.Contains(text, secret) {
				t.Errorf("line %d refers to %q %t %v", l.Seq, text, ok, err)
			}
		}
		return nil
	}))
	if len(lines) != 3 {
		t.Errorf("%d lines refer to a text, want 3", len(lines))
	}
	must(t, s.db.Update(func(tx *bolt.Tx) error { return texts.delete(tx, []byte(lines[0].Text)) }))
	agree(t, s)
}
