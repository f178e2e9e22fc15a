package publisher

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/bot/reconcile"
	"inactivebot/bot/slackapi"
	"inactivebot/storage"
)

const (
	// uploadFor is how long an upload is retried without a definite response.
	uploadFor = 24 * time.Hour
	// betweenUploads is the longest wait between two attempts of an upload.
	betweenUploads = 10 * time.Minute
)

// filesPass uploads or deletes one CSV list. It is separate from notes, so that a
// workspace that rejects files still receives its notes. It returns the wait
// until the next pass.
func (p *Publisher) filesPass(ctx context.Context) (time.Duration, error) {
	all, err := p.store.Notes()
	if err != nil {
		return reconcile.Idle, err
	}
	wait := reconcile.Idle
	for _, n := range all {
		thread, ok, err := p.fileThread(n)
		if err != nil {
			return reconcile.Idle, err
		}
		if !ok {
			continue
		}
		key := fmt.Sprintf("file %d", n.ID)
		due, left := p.state.files.Due(key)
		if posts, leftOfPosts := p.state.again.Due(postKey); !posts {
			due, left = false, max(left, leftOfPosts)
		}
		if !due {
			wait = min(wait, left)
			continue
		}
		if err := p.handleFile(ctx, n, thread); err != nil {
			return p.retryFileLater(ctx, key, n, err), fmt.Errorf("upload or delete the list of note %d: %w", n.ID, err)
		}
		p.state.files.Done(key)
		p.state.again.After(postKey, slackapi.BetweenPosts)
		return slackapi.BetweenPosts, nil
	}
	return wait, nil
}

// fileThread returns the thread of a list. It reports false for other notes, and
// before the message of the report is posted.
func (p *Publisher) fileThread(n storage.Note) (string, bool, error) {
	if !n.Kind.IsFile() {
		return "", false, nil
	}
	return p.threadOf(n)
}

func (p *Publisher) handleFile(ctx context.Context, n storage.Note, thread string) error {
	if n.Kind == storage.NoteDeleteFile {
		return p.deleteFile(ctx, n)
	}
	return p.upload(ctx, n, thread)
}

// retryFileLater returns the wait until the next attempt: the Retry-After period,
// or a back-off. After uploadFor it gives the upload up.
func (p *Publisher) retryFileLater(ctx context.Context, key string, n storage.Note, err error) time.Duration {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		p.state.files.After(key, limited.RetryAfter)
	} else {
		p.state.files.Later(key)
	}
	if n.Kind != storage.NoteDeleteFile && time.Now().UTC().Sub(n.At) > uploadFor {
		zerolog.Ctx(ctx).Error().Err(err).Uint64("report", n.ReportID).Msg("list not uploaded, no further attempt")
		if err := p.store.MarkFileRefused(n, "no_answer", time.Now().UTC()); err != nil {
			zerolog.Ctx(ctx).Error().Err(err).Msg("failed upload not recorded")
		}
	}
	_, left := p.state.files.Due(key)
	return left
}

// upload posts a list in the thread of a report once: if an earlier attempt may
// have succeeded, it searches the thread first.
func (p *Publisher) upload(ctx context.Context, n storage.Note, thread string) error {
	name := blocks.ListFileName(n.ReportID, n.Kind == storage.NoteFullList)
	if !n.AttemptedAt.IsZero() {
		file, err := p.findUpload(ctx, n, thread, name)
		if err != nil {
			return err
		}
		if file != "" {
			return p.store.MarkFileShared(n, file, time.Now().UTC())
		}
	}
	if r, err := p.store.Report(n.ReportID); err != nil || !r.MayHaveFiles() {
		return errors.Join(err, p.store.MarkNotePosted(n.ID))
	}
	sheet, comment, err := p.listFile(n)
	if r, ok := storage.AsRefusal(err); ok {
		return p.store.MarkFileRefused(n, string(r.Cause), time.Now().UTC())
	}
	if err != nil {
		return err
	}
	if err := p.store.MarkNoteAttempted(n.ID, time.Now().UTC()); err != nil {
		return err
	}
	if exposed, err := p.checkExposure(ctx); err != nil || exposed != "" {
		return cmp.Or(err, errExposed)
	}
	shared, err := p.slack.UploadFileContext(ctx, slack.UploadFileParameters{
		Channel: p.options.Channel, ThreadTimestamp: thread, Filename: name, Title: name,
		InitialComment: comment, Reader: bytes.NewReader(sheet), FileSize: len(sheet),
	})
	if code, refused := fileRefusal(err); refused {
		zerolog.Ctx(ctx).Error().Str("answer", code).Uint64("report", n.ReportID).Msg("slack rejected the upload, so the list is not in the thread; check the scope files:write and the workspace's rules for files")
		return p.store.MarkFileRefused(n, code, time.Now().UTC())
	}
	if at, ok := errors.AsType[*url.Error](err); ok {
		return at.Err // the URL of an upload is a secret and must not be logged.
	}
	if err != nil {
		return err
	}
	return p.store.MarkFileShared(n, shared.ID, time.Now().UTC())
}

// errExposed holds a file back while others can read the channel.
var errExposed = errors.New("the channel is not private")

// fileRefusal returns Slack's error code if it definitely refused a file. It
// reports false for temporary errors and for errors that stop the bot.
func fileRefusal(err error) (code string, refused bool) {
	said, ok := errors.AsType[slack.SlackErrorResponse](err)
	if !ok {
		return "", false
	}
	temporary := []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "team_added_to_org"}
	if slackapi.IsFatalCode(said.Err) && said.Err != "missing_scope" || slices.Contains(temporary, said.Err) {
		return "", false
	}
	return said.Err, true
}

// findUpload returns the id of a file with this name in a report's thread, and an
// empty string if there is none. A file with this name that a person shared there
// is mistaken for the list.
func (p *Publisher) findUpload(ctx context.Context, n storage.Note, thread, name string) (string, error) {
	replies, _, _, err := p.slack.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
		ChannelID: p.options.Channel, Timestamp: thread, Oldest: fmt.Sprint(n.At.Add(-clockRoom).Unix()), Limit: lookBack,
	})
	if err != nil {
		return "", fmt.Errorf("look up an earlier upload: %w", err)
	}
	for _, m := range replies {
		for _, f := range m.Files {
			if f.Name == name {
				return f.ID, nil
			}
		}
	}
	return "", nil
}

// listFile returns a list as CSV, and the comment posted with it.
func (p *Publisher) listFile(n storage.Note) (sheet []byte, comment string, err error) {
	r, errReport := p.store.Report(n.ReportID)
	sc, errScan := p.store.Scan(r.ScanID)
	if err := errors.Join(errReport, errScan); err != nil {
		return nil, "", err
	}
	if n.Kind == storage.NoteFullList {
		sheet, err = p.fullListFile(sc)
	} else {
		sheet, err = p.candidatesFile(r, sc)
	}
	return sheet, blocks.ListFileComment(n, r, sc), err
}

func (p *Publisher) candidatesFile(r storage.Report, sc storage.Scan) ([]byte, error) {
	all, err := p.store.Candidates(r, time.Now().UTC())
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	sheet, err := blocks.NewCSVWriter(&out, sc.StartedAt)
	for i := 0; i < len(all) && err == nil; i++ {
		err = sheet.Add(all[i].Row, all[i].Person)
	}
	if err == nil {
		err = sheet.Close()
	}
	return out.Bytes(), err
}

func (p *Publisher) fullListFile(sc storage.Scan) ([]byte, error) {
	kept, err := p.store.HasRows(sc.ID)
	if err != nil {
		return nil, err
	}
	if !kept {
		return nil, storage.Refusal{Cause: storage.CauseNotKept}
	}
	var out bytes.Buffer
	sheet, err := blocks.NewCSVWriter(&out, sc.StartedAt)
	if err != nil {
		return nil, err
	}
	for one, err := range p.store.Lane(sc.ID, "") {
		if err != nil {
			return nil, err
		}
		if err := sheet.Add(one.Row, one.Person); err != nil {
			return nil, err
		}
	}
	if err := sheet.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
