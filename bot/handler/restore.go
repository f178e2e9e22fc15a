package handler

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/bot/receiver"
	"inactivebot/storage"
)

// pressRestore opens the confirmation of a restore.
func (h *Handler) pressRestore(ctx context.Context, p press) receiver.Reply {
	_, account, err := h.rowOf(p.value)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	who, err := h.store.Person(account)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	return h.openModal(p, blocks.RestoreConfirm(who, account))
}

// pressRestorePerson lists the people suspended by this bot, those of the batch
// first.
func (h *Handler) pressRestorePerson(ctx context.Context, p press) receiver.Reply {
	batch, err := h.batchOf(p.value)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	people, more, err := h.restorable(batch)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	if len(people) == 0 {
		return h.outcome(ctx, p, storage.Refusal{Cause: storage.CauseNotSuspendedByUs})
	}
	return h.openModal(p, blocks.RestorePerson(people, more, ""))
}

func (h *Handler) restorable(batch storage.Batch) (people []storage.Person, more int, err error) {
	all, err := h.store.ActiveSuspensions(0)
	if err != nil {
		return nil, 0, err
	}
	var first, rest []storage.Person
	for _, st := range all {
		who, err := h.store.Person(st.AccountID)
		if err != nil {
			return nil, 0, err
		}
		if st.BatchID == batch.ID {
			first = append(first, who)
		} else {
			rest = append(rest, who)
		}
	}
	people = slices.Concat(first, rest)
	shown := min(len(people), blocks.MaxRestorable)
	return people[:shown], len(people) - shown, nil
}

// submitRestore stores the decision to restore one person.
func (h *Handler) submitRestore(ctx context.Context, p press) receiver.Reply {
	account := p.value
	if account == "" {
		account = p.state["who"][blocks.ActionRestore].SelectedOption.Value
	}
	if _, err := h.decide(p).Restore(account, p.user, time.Now().UTC()); err != nil {
		return h.outcome(ctx, p, err)
	}
	return closeAll()
}

// pressUndoBatch opens the confirmation of an undo.
func (h *Handler) pressUndoBatch(ctx context.Context, p press) receiver.Reply {
	batch, errBatch := h.batchOf(p.value)
	steps, errSteps := h.store.Steps(batch)
	if err := errors.Join(errBatch, errSteps); err != nil {
		return h.outcome(ctx, p, err)
	}
	n := 0
	for _, st := range steps {
		if st.Restorable() {
			n++
		}
	}
	if n == 0 && batch.State.Finished() {
		return h.outcome(ctx, p, storage.Refusal{Cause: storage.CauseNoOneLeft})
	}
	return h.openModal(p, blocks.UndoConfirm(batch, n, strconv.FormatUint(batch.ID, 10)))
}

// submitUndo stores the decision to restore everyone in a batch.
func (h *Handler) submitUndo(ctx context.Context, p press) receiver.Reply {
	batch, err := h.batchOf(p.value)
	if err == nil {
		_, err = h.decide(p).Undo(batch.ID, p.user, time.Now().UTC())
	}
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	return closeAll()
}
