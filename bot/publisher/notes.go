package publisher

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/bot/reconcile"
	"inactivebot/bot/slackapi"
	"inactivebot/storage"
)

// postNext posts the oldest note that can be posted. It returns the wait until
// the next pass.
func (p *Publisher) postNext(ctx context.Context) (time.Duration, error) {
	if due, left := p.state.again.Due(postKey); !due {
		return left, nil
	}
	all, err := p.store.Notes()
	if err != nil {
		return reconcile.Idle, err
	}
	for _, n := range all {
		if n.Kind.IsFile() {
			continue // filesPass uploads it.
		}
		thread, ok, err := p.threadOf(n)
		if err != nil {
			return reconcile.Idle, err
		}
		if !ok {
			continue
		}
		if exposed, err := p.checkExposure(ctx); err != nil {
			return p.retryLater(postKey, err), fmt.Errorf("post note %d: %w", n.ID, err)
		} else if exposed != "" {
			return reconcile.Idle, nil
		}
		if err := p.postNote(ctx, n, thread); err != nil {
			return p.retryLater(postKey, err), fmt.Errorf("post note %d: %w", n.ID, err)
		}
		p.state.again.Done(postKey)
		p.state.again.After(postKey, slackapi.BetweenPosts)
		return slackapi.BetweenPosts, nil
	}
	return reconcile.Idle, nil
}

// threadOf returns the thread of a note, and an empty string for the channel
// itself. It reports false before the message of the report is posted.
func (p *Publisher) threadOf(n storage.Note) (thread string, ok bool, err error) {
	if n.ReportID == 0 {
		return "", true, nil
	}
	r, err := p.store.Report(n.ReportID)
	return r.Message.TS, r.Message.TS != "", err
}

func (p *Publisher) postNote(ctx context.Context, n storage.Note, thread string) error {
	m, err := p.noteMessage(ctx, n)
	if err != nil {
		return err
	}
	if m.Text == "" {
		return p.store.MarkNotePosted(n.ID) // nothing left to post.
	}
	at, err := p.post(ctx, storage.Message{AttemptedAt: n.AttemptedAt}, p.metadata(noteEvent, n.ID), thread, m, func() error { return p.store.MarkNoteAttempted(n.ID, time.Now().UTC()) })
	if slackapi.IsError(err, "thread_not_found") && thread != "" { // the report's message was deleted; post a new one.
		return errors.Join(err, p.store.MarkPosted(n.ReportID, 0, storage.Message{}))
	}
	if err != nil {
		return err
	}
	if m.HasButtons() {
		return p.store.MarkNoteWithButtonsPosted(n, at)
	}
	return p.store.MarkNotePosted(n.ID)
}

func (p *Publisher) noteMessage(ctx context.Context, n storage.Note) (blocks.Message, error) {
	switch n.Kind {
	case storage.NoteGreeting:
		return p.greeting(ctx), nil
	case storage.NoteEndingExclusions, storage.NoteOldExclusions:
		return p.reminder(n)
	case storage.NoteCharts:
		return p.charts(ctx, n.ReportID)
	case storage.NoteBatchDone:
		return p.outcomes(ctx, n)
	case storage.NoteSource:
		sc, err := p.scanOf(n)
		if err != nil {
			return blocks.Message{}, err
		}
		n.Text = blocks.ScanMethod(sc)
	case storage.NoteUnmatched:
		return p.unmatched(n)
	}
	if n.Kind == storage.NoteSecondRequested {
		batch, err := p.store.Batch(n.BatchID)
		if err != nil {
			return blocks.Message{}, err
		}
		if n.Text, err = p.secondApprovers(ctx, batch.ApprovedBy()); err != nil {
			return blocks.Message{}, err
		}
	}
	people, err := p.view.People(n.Accounts)
	return blocks.Note(n, people), err
}

// scanOf returns the scan of the report in whose thread the note is.
func (p *Publisher) scanOf(n storage.Note) (storage.Scan, error) {
	r, err := p.store.Report(n.ReportID)
	if err != nil {
		return storage.Scan{}, err
	}
	return p.store.Scan(r.ScanID)
}

// unmatched returns the message about rules and protected emails that match no one.
func (p *Publisher) unmatched(n storage.Note) (blocks.Message, error) {
	sc, err := p.scanOf(n)
	if err != nil {
		return blocks.Message{}, err
	}
	found, err := p.store.Unmatched(sc)
	return blocks.UnmatchedNote(found), err
}

// mentionedApprovers is how many approvers a note mentions one by one.
const mentionedApprovers = 5

// secondApprovers returns whom a note asks for the second approval: the ids of the
// other approvers, or the group where there are many.
func (p *Publisher) secondApprovers(ctx context.Context, first string) (string, error) {
	others, more, err := p.approvers.Others(ctx, first, mentionedApprovers)
	if group := p.approvers.Group(); more && group != "" && err == nil {
		return blocks.GroupPrefix + group, nil
	}
	return strings.Join(others, ","), err
}

// charts returns the charts of a report, with the trend of earlier reports.
func (p *Publisher) charts(ctx context.Context, report uint64) (blocks.Message, error) {
	r, err := p.store.Report(report)
	if err != nil {
		return blocks.Message{}, err
	}
	sc, errScan := p.store.Scan(r.ScanID)
	people, errPeople := p.view.Candidates(ctx, r)
	past, errPast := p.store.ReportsUpTo(report, blocks.MaxTrend)
	return blocks.Charts{Scan: sc, People: people, Past: past}.Message(), errors.Join(errScan, errPeople, errPast)
}

// outcomes returns the message with the outcome of each person in a batch.
func (p *Publisher) outcomes(ctx context.Context, n storage.Note) (blocks.Message, error) {
	r, err := p.store.Report(n.ReportID)
	if err != nil {
		return blocks.Message{}, err
	}
	people, err := p.view.Candidates(ctx, r)
	others := func(c storage.Candidate) bool { return c.Step.BatchID != n.BatchID || c.Step.ReportID != n.ReportID }
	return blocks.BatchSummary(n, slices.DeleteFunc(people, others)), err
}

// greeting returns the welcome message, which is posted once for a database.
func (p *Publisher) greeting(ctx context.Context) blocks.Message {
	who, _ := p.approvers.All(ctx)
	return blocks.Greeting(blocks.WelcomeData{
		Product: p.options.Product, InactiveDays: p.options.InactiveDays, NextReport: p.nextReport(), Approvers: who,
	})
}

// reminder returns a message with the exclusions that end soon or are more than a
// year old, as of the report. It omits exclusions removed since.
func (p *Publisher) reminder(n storage.Note) (blocks.Message, error) {
	all, err := p.store.ActiveExclusions(time.Now().UTC())
	if err != nil {
		return blocks.Message{}, err
	}
	var due []storage.ActiveExclusion
	for _, e := range all {
		if n.Kind == storage.NoteEndingExclusions && e.EndsSoon(n.At) || n.Kind == storage.NoteOldExclusions && e.IsOld(n.At) {
			due = append(due, e)
		}
	}
	named, err := p.view.Exclusions(due)
	return blocks.Reminder(n.Kind, named), err
}
