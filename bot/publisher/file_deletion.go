package publisher

import (
	"context"

	"github.com/rs/zerolog"

	"inactivebot/bot/slackapi"
	"inactivebot/storage"
)

// deleteFile deletes a list of a report that has ended, see
// https://docs.slack.dev/reference/methods/files.delete: a bot may delete its
// own files with the scope files:write. A file that is gone is done. If Slack
// refuses, the log names the file for a person to delete. An outage is retried
// without limit.
func (p *Publisher) deleteFile(ctx context.Context, n storage.Note) error {
	err := p.slack.DeleteFileContext(ctx, n.Text)
	if slackapi.IsError(err, "file_not_found", "file_deleted") {
		err = nil
	}
	if code, refused := fileRefusal(err); refused {
		zerolog.Ctx(ctx).Error().Str("answer", code).Str("file", n.Text).Uint64("report", n.ReportID).Msg("slack does not delete a list of names; delete it by hand")
		err = nil
	}
	if err != nil {
		return err
	}
	return p.store.MarkNotePosted(n.ID)
}
