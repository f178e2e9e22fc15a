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
		must(t, s.AppendAudit(AuditEntry{At: t0, Actor: ada, Action: action}))
	}
	for _, c := range []struct {
		limit  int
		action string
		want   []uint64
	}{
		{9, "", []uint64{4, 3, 2, 1}}, {2, "", []uint64{4, 3}}, {9, "one", []uint64{3, 1}}, {1, "one", []uint64{3}}, {0, "", nil}, {9, "none", nil},
	} {
		lines, err := s.AuditEntries(c.limit, func(l AuditEntry) bool { return c.action == "" || l.Action == c.action })
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
	must(t, s.AppendAudit(AuditEntry{At: t0.In(time.FixedZone("CEST", 7200)), Actor: ada, Action: "exclude"}))
	lines, err := s.AuditEntries(1, func(AuditEntry) bool { return true })
	if must(t, err); lines[0].At.Format(time.RFC3339) != "2026-06-01T09:00:00Z" {
		t.Errorf("the time of the entry is %v", lines[0].At)
	}
}

// TestChainVerifiesWhateverALineSays checks the chain after it was read from
// disk, for any content.
func TestChainVerifiesWhateverALineSays(t *testing.T) {
	s := newStore(t)
	line := rapid.Custom(func(t *rapid.T) AuditEntry {
		return AuditEntry{
			At:      time.Unix(rapid.Int64Range(0, 1e10).Draw(t, "at"), 123).In(time.FixedZone("", 3600)),
			Actor:   rapid.String().Draw(t, "actor"),
			Action:  rapid.String().Draw(t, "action"),
			Account: rapid.String().Draw(t, "account"),
			Outcome: rapid.String().Draw(t, "outcome"),
			Detail:  rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "detail"),
		}
	})
	rapid.Check(t, func(t *rapid.T) { must(t, s.AppendAudit(line.Draw(t, "line"))) })
	checkConsistent(t, s)
}

// TestChainShowsAnyChange checks that an entry that was changed, removed or
// moved breaks the chain, even with a valid checksum.
func TestChainShowsAnyChange(t *testing.T) {
	for name, tamper := range map[string]func(tx *bolt.Tx, l AuditEntry) error{
		"changed": func(tx *bolt.Tx, l AuditEntry) error {
			l.Actor = bob
			return audit.put(tx, numberKey(2), l)
		},
		"changed with its hash": func(tx *bolt.Tx, l AuditEntry) (err error) {
			l.Actor = bob
			if l.Hash, err = l.hash(); err != nil {
				return err
			}
			return audit.put(tx, numberKey(2), l)
		},
		"taken out": func(tx *bolt.Tx, _ AuditEntry) error { return audit.delete(tx, numberKey(2)) },
		"doubled":   func(tx *bolt.Tx, l AuditEntry) error { return audit.put(tx, numberKey(3), l) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			for range 3 {
				must(t, s.AppendAudit(AuditEntry{At: t0, Actor: ada, Action: "exclude"}))
			}
			must(t, s.db.Update(func(tx *bolt.Tx) error {
				if broken := auditDiffers(tx); broken != "" {
					t.Errorf("before the change: %s", broken)
				}
				l, _, err := audit.get(tx, numberKey(2))
				if err != nil {
					return err
				}
				if err := tamper(tx, l); err != nil {
					return err
				}
				if auditDiffers(tx) == "" {
					t.Error("the change is not detected")
				}
				return nil
			}))
		})
	}
}

// TestLinesHoldNoFreeText checks that reasons and rules are stored separately,
// so that they can be deleted.
func TestLinesHoldNoFreeText(t *testing.T) {
	const secret = "parental leave"
	s := newStore(t)
	must(t, s.Exclude(Exclusion{AccountID: "a", By: ada, Since: t0, Until: t0.Add(week), Reason: secret}))
	must(t, s.AddRule(Rule{Rule: "group:" + secret, By: ada, Since: t0, Reason: secret}))
	must(t, s.RemoveRule("group:"+secret, ada, t0))
	for key, value := range dump(t, s) {
		if strings.HasPrefix(key, "audit/") && strings.Contains(value, secret) {
			t.Errorf("%s contains the text: %s", key, value)
		}
	}
	lines, err := s.AuditEntries(9, func(l AuditEntry) bool { return l.Text != "" })
	must(t, err)
	must(t, s.db.View(func(tx *bolt.Tx) error {
		for _, l := range lines {
			if text, ok, err := texts.get(tx, []byte(l.Text)); err != nil || !ok || !strings.Contains(text, secret) {
				t.Errorf("entry %d refers to %q %t %v", l.Seq, text, ok, err)
			}
		}
		return nil
	}))
	if len(lines) != 3 {
		t.Errorf("%d entries refer to a text, want 3", len(lines))
	}
	must(t, s.db.Update(func(tx *bolt.Tx) error { return texts.delete(tx, []byte(lines[0].Text)) }))
	checkConsistent(t, s)
}
