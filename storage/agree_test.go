package storage

import (
	"fmt"
	"maps"
	"slices"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// agree fails unless every index says what the records say, the states of
// reports and batches fit each other, and the audit chain verifies.
func agree(t rapid.TB, s *Store) {
	t.Helper()
	must(t, s.db.View(func(tx *bolt.Tx) error {
		t.Helper()
		for name, diff := range map[string]string{
			"reports": reportsDiffer(tx), "batches": batchesDiffer(tx), "steps": stepsDiffer(tx), "audit": chainBreaks(tx),
		} {
			if diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		return nil
	}))
}

// contents is a whole table.
func contents[T any](tx *bolt.Tx, in table[T]) map[string]T {
	out := map[string]T{}
	for key := range in.keys(tx, nil) {
		v, _, err := in.get(tx, key)
		if err != nil {
			panic(err)
		}
		out[string(key)] = v
	}
	return out
}

func reportsDiffer(tx *bolt.Tx) string {
	alive, undrawn, slotted := map[string]bool{}, map[string]bool{}, map[string]uint64{}
	busy := 0
	for key, r := range contents(tx, reports) {
		if r.State.Live() {
			alive[key] = true
		}
		if r.Version != r.PostedVersion {
			undrawn[key] = true
		}
		slotted[r.Slot] = r.ID
		b, has, _ := batches.get(tx, numberKey(r.BatchID))
		if open := has && !b.State.Finished(); r.State.Busy() != open {
			return fmt.Sprintf("report %d is %s and its batch %d %q", r.ID, r.State, r.BatchID, b.State)
		}
		if r.State.Busy() {
			busy++
		}
	}
	if busy > 1 {
		return fmt.Sprintf("%d reports are busy", busy)
	}
	return cmp.Diff(alive, contents(tx, live)) + cmp.Diff(undrawn, contents(tx, stale)) + cmp.Diff(slotted, contents(tx, slots))
}

func batchesDiffer(tx *bolt.Tx) string {
	open := map[string]bool{}
	for key, b := range contents(tx, batches) {
		if !b.State.Finished() {
			open[key] = true
		}
		if left := hasAny(tx, pending, b.ID) || hasAny(tx, unconfirmed, b.ID); b.State == BatchRunning && !left || b.State.Finished() && left {
			return fmt.Sprintf("batch %d is %s; it has steps to take or settle: %t", b.ID, b.State, left)
		}
		if r, _, _ := reports.get(tx, numberKey(b.ReportID)); !b.State.Finished() && r.BatchID != b.ID {
			return fmt.Sprintf("batch %d is %s, but report %d tells of batch %d", b.ID, b.State, r.ID, r.BatchID)
		}
		if n := len(slices.Collect(order.keys(tx, numberKey(b.ID)))); n != b.People {
			return fmt.Sprintf("batch %d was approved for %d people and has %d", b.ID, b.People, n)
		}
	}
	return cmp.Diff(open, contents(tx, unfinished))
}

// places are the expected contents of the indexes by batch and place, accounts
// those of the indexes by account.
type (
	places   map[string]string
	accounts map[string]uint64
)

func stepsDiffer(tx *bolt.Tx) string {
	ordered, todo, sent := places{}, places{}, places{}
	mine, back := accounts{}, accounts{}
	for key, st := range contents(tx, steps) {
		at := string(positionKey(st.BatchID, st.Position))
		if key != string(numberedKey(st.ReportID, st.AccountID)) || ordered[at] != "" {
			return fmt.Sprintf("the step of %s stands at a wrong key or place", st.AccountID)
		}
		ordered[at] = st.AccountID
		switch st.State {
		case StepPending:
			todo[at] = st.AccountID
			continue
		case StepClaimed:
			sent[at] = st.AccountID
		case StepRestoring:
			back[st.AccountID] = st.ReportID
		case StepFailed, StepSkipped, StepRestored:
			continue
		}
		if mine[st.AccountID] != 0 {
			return fmt.Sprintf("%s is suspended by reports %d and %d", st.AccountID, mine[st.AccountID], st.ReportID)
		}
		mine[st.AccountID] = st.ReportID
	}
	return cmp.Diff(ordered, places(contents(tx, order))) +
		cmp.Diff(todo, places(contents(tx, pending))) + cmp.Diff(sent, places(contents(tx, unconfirmed))) +
		cmp.Diff(back, accounts(contents(tx, restoring))) + cmp.Diff(mine, accounts(contents(tx, activeSuspensions)))
}

// chainBreaks names the first line of the audit log that does not follow from
// the one before it.
func chainBreaks(tx *bolt.Tx) string {
	lines := contents(tx, audit)
	prev := ""
	for i, key := range slices.Sorted(maps.Keys(lines)) {
		l := lines[key]
		sum, err := l.hash()
		if err != nil || l.Seq != uint64(i+1) || l.Prev != prev || l.Hash != sum {
			return fmt.Sprintf("line %d does not verify (%v): %+v", i+1, err, l)
		}
		prev = l.Hash
	}
	return ""
}
