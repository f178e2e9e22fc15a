package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"
)

var (
	batches    = table[Batch]{name: "batches"}
	unfinished = table[bool]{name: "unfinished"}
)

// BatchState is the state of a batch.
type BatchState string

// The states of a batch.
const (
	BatchAwaiting BatchState = "awaiting_second"
	BatchRunning  BatchState = "running"
	BatchStopped  BatchState = "stopped"
	BatchDone     BatchState = "done"
	BatchClosed   BatchState = "closed"
)

// Finished reports whether the batch takes no further step.
func (s BatchState) Finished() bool { return s == BatchDone || s == BatchClosed }

// Approval is the approval of a batch by one approver.
type Approval struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Batch is the execution of an approval, with one step for each person.
type Batch struct {
	ID           uint64     `json:"id"`
	ReportID     uint64     `json:"report_id"`
	State        BatchState `json:"state"`
	Approvals    []Approval `json:"approvals"` // at least one; the first approver selected the people.
	People       int        `json:"people"`
	Note         string     `json:"note,omitempty"` // the comment of the first approver.
	StopReason   string     `json:"stop_reason,omitempty"`
	StoppedBy    string     `json:"stopped_by,omitempty"`
	EndedAt      time.Time  `json:"ended_at,omitzero"`
	ClosedBy     string     `json:"closed_by,omitempty"` // who closed it before it was done.
	UndoneBy     string     `json:"undone_by,omitempty"`
	TwoPeople    bool       `json:"two_people,omitempty"` // needs a second approver.
	PreviousID   uint64     `json:"before,omitempty"`     // the report's batch before this one.
	RunningSince time.Time  `json:"gone_on,omitzero"`     // when it was last started or resumed.
	TakenSteps   int        `json:"taken,omitempty"`      // steps claimed or failed since RunningSince.
	FailedSteps  int        `json:"refused,omitempty"`    // how many of TakenSteps failed.
	Failures     int        `json:"failures,omitempty"`   // consecutive failures that are not about the person.
	NotFound     int        `json:"not_found,omitempty"`  // consecutive people whom Atlassian does not know.
	Set          string     `json:"set,omitempty"`        // identifies the approved people, see [setOf].
}

// ApprovedBy returns the first approver.
func (b Batch) ApprovedBy() string { return b.Approvals[0].By }

// ApprovedAt returns the time of the last approval that was needed.
func (b Batch) ApprovedAt() time.Time { return b.Approvals[len(b.Approvals)-1].At }

// setLength is the number of hex digits that identify an approved set.
const setLength = 16

// setOf identifies the people of an approval: the first digits of the SHA-256
// over their account ids in order. It stays the same when people are excluded
// later.
func setOf(accounts []string) string {
	sum := sha256.New()
	for _, account := range accounts {
		sum.Write(append([]byte(account), 0))
	}
	return hex.EncodeToString(sum.Sum(nil))[:setLength]
}

func putBatch(tx *bolt.Tx, b Batch) error {
	return errors.Join(setIndex(tx, unfinished, numberKey(b.ID), !b.State.Finished()), batches.put(tx, numberKey(b.ID), b))
}

func batch(tx *bolt.Tx, id uint64) (Batch, error) {
	b, ok, err := batches.get(tx, numberKey(id))
	return b, errors.Join(err, notFound(ok, "batch", id))
}

// Batch returns a batch by its id.
func (s *Store) Batch(id uint64) (Batch, error) {
	return view(s, func(tx *bolt.Tx) (Batch, error) { return batch(tx, id) })
}

// UnfinishedBatches returns the batches that are not finished, oldest first.
func (s *Store) UnfinishedBatches() ([]Batch, error) { return view(s, unfinishedBatches) }

func unfinishedBatches(tx *bolt.Tx) (out []Batch, err error) {
	for key := range unfinished.keys(tx, nil) {
		b, ok, err := batches.get(tx, key)
		if err != nil {
			return out, err
		}
		if ok {
			out = append(out, b)
		}
	}
	return out, nil
}
