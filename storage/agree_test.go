package storage

import (
	"fmt"
	"maps"
	"slices"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// checkConsistent fails the test unless all indexes match the records, the
// states of reports and batches match each other, and the audit chain verifies.
func checkConsistent(t rapid.TB, s *Store) {
	t.Helper()
	must(t, s.db.View(func(tx *bolt.Tx) error {
		t.Helper()
		for name, diff := range map[string]string{
			"reports": reportsDiffer(tx), "batches": batchesDiffer(tx), "steps": stepsDiffer(tx), "audit": auditDiffers(tx),
		} {
			if diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		return nil
	}))
}

// readTable returns all values of a table.
func readTable[T any](tx *bolt.Tx, in table[T]) map[string]T {
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
	alive, outdated, bySlot := map[string]bool{}, map[string]bool{}, map[string]uint64{}
	busy := 0
	for key, r := range readTable(tx, reports) {
		if r.State.Live() {
			alive[key] = true
		}
		if r.Version != r.PostedVersion {
			outdated[key] = true
		}
		bySlot[r.Slot] = r.ID
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
	return cmp.Diff(alive, readTable(tx, live)) + cmp.Diff(outdated, readTable(tx, stale)) + cmp.Diff(bySlot, readTable(tx, slots))
}

func batchesDiffer(tx *bolt.Tx) string {
	open := map[string]bool{}
	for key, b := range readTable(tx, batches) {
		if !b.State.Finished() {
			open[key] = true
		}
		if left := hasAny(tx, pending, b.ID) || hasAny(tx, unconfirmed, b.ID); b.State == BatchRunning && !left || b.State.Finished() && left {
			return fmt.Sprintf("batch %d is %s; it has unfinished steps: %t", b.ID, b.State, left)
		}
		if r, _, _ := reports.get(tx, numberKey(b.ReportID)); !b.State.Finished() && r.BatchID != b.ID {
			return fmt.Sprintf("batch %d is %s, but report %d names batch %d", b.ID, b.State, r.ID, r.BatchID)
		}
		if n := len(slices.Collect(order.keys(tx, numberKey(b.ID)))); n != b.People {
			return fmt.Sprintf("batch %d was approved for %d people and has %d", b.ID, b.People, n)
		}
	}
	return cmp.Diff(open, readTable(tx, unfinished))
}

// positionIndex holds the expected values of an index by batch and position,
// accountIndex those of an index by account.
type (
	positionIndex map[string]string
	accountIndex  map[string]uint64
)

func stepsDiffer(tx *bolt.Tx) string {
	ordered, todo, sent := positionIndex{}, positionIndex{}, positionIndex{}
	mine, back := accountIndex{}, accountIndex{}
	for key, st := range readTable(tx, steps) {
		at := string(positionKey(st.BatchID, st.Position))
		if key != string(numberedKey(st.ReportID, st.AccountID)) || ordered[at] != "" {
			return fmt.Sprintf("the step of %s has a wrong key or position", st.AccountID)
		}
		ordered[at] = st.AccountID
		switch st.State {
		case StepPending:
			todo[at] = st.AccountID
			if st.Claims == 0 {
				continue
			}
			sent[at] = st.AccountID
		case StepClaimed:
			sent[at] = st.AccountID
		case StepRestoring:
			back[st.AccountID] = st.ReportID
		case StepFailed, StepSkipped, StepRestored:
			if st.Reason != FailUnclear {
				continue
			}
		}
		if mine[st.AccountID] != 0 {
			return fmt.Sprintf("%s is suspended by reports %d and %d", st.AccountID, mine[st.AccountID], st.ReportID)
		}
		mine[st.AccountID] = st.ReportID
	}
	return cmp.Diff(ordered, positionIndex(readTable(tx, order))) +
		cmp.Diff(todo, positionIndex(readTable(tx, pending))) + cmp.Diff(sent, positionIndex(readTable(tx, unconfirmed))) +
		cmp.Diff(back, accountIndex(readTable(tx, restoring))) + cmp.Diff(mine, accountIndex(readTable(tx, activeSuspensions)))
}

// auditDiffers names the first audit entry that does not verify.
func auditDiffers(tx *bolt.Tx) string {
	lines := readTable(tx, audit)
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
