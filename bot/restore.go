package bot

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// pressRestore asks for the one confirmation of a restore.
func (b *Bot) pressRestore(ctx context.Context, p press) reply {
	_, account, err := b.rowOf(p.value)
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	who, err := b.store.Person(account)
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	return b.open(p, blocks.RestoreConfirm(who, account))
}

// pressRestoreSomebody offers everybody this bot has suspended, the people of
// the batch first.
func (b *Bot) pressRestoreSomebody(ctx context.Context, p press) reply {
	batch, err := b.batchOf(p.value)
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	people, more, err := b.restorable(batch)
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	if len(people) == 0 {
		return b.outcome(ctx, p, storage.Refusal{Cause: storage.CauseNotOurs})
	}
	return b.open(p, blocks.RestoreSomebody(people, more, ""))
}

func (b *Bot) restorable(batch storage.Batch) (people []storage.Person, more int, err error) {
	all, err := b.store.Suspended(0)
	if err != nil {
		return nil, 0, err
	}
	var first, rest []storage.Person
	for _, st := range all {
		who, err := b.store.Person(st.AccountID)
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

// submitRestore decides that one person's access comes back.
func (b *Bot) submitRestore(ctx context.Context, p press) reply {
	account := p.value
	if account == "" {
		account = p.state["who"][blocks.ActionRestore].SelectedOption.Value
	}
	if _, err := b.store.Restore(account, p.user, time.Now().UTC()); err != nil {
		return b.outcome(ctx, p, err)
	}
	return closeAll()
}

// pressUndoBatch asks before everybody of a batch is restored.
func (b *Bot) pressUndoBatch(ctx context.Context, p press) reply {
	batch, errBatch := b.batchOf(p.value)
	steps, errSteps := b.store.Steps(batch)
	if err := errors.Join(errBatch, errSteps); err != nil {
		return b.outcome(ctx, p, err)
	}
	n := 0
	for _, st := range steps {
		if st.State == storage.StepSuspended || st.State == storage.StepClaimed {
			n++
		}
	}
	if n == 0 && batch.State.Finished() {
		return b.outcome(ctx, p, storage.Refusal{Cause: storage.CauseNobody})
	}
	return b.open(p, blocks.UndoConfirm(batch, n, strconv.FormatUint(batch.ID, 10)))
}

// submitUndo decides that everybody of a batch is restored.
func (b *Bot) submitUndo(ctx context.Context, p press) reply {
	batch, err := b.batchOf(p.value)
	if err == nil {
		_, err = b.store.Undo(batch.ID, p.user, time.Now().UTC())
	}
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	return closeAll()
}
