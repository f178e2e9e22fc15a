package publisher

import (
	"context"

	"github.com/rs/zerolog"

	"inactivebot/bot/slackapi"
	"inactivebot/storage"
)

// deleteFile deletes the CSV list of a report that has ended. A bot may delete its
// own files with the scope files:write, see
// https://docs.slack.dev/reference/methods/files.delete. A missing file counts as
// deleted. If Slack refuses, the log names the file so that a person can delete
// it. An outage is retried without limit.
func (p *Publisher) deleteFile(ctx context.Context, n storage.Note) error {
	err := p.slack.DeleteFileContext(ctx, n.Text)
	if slackapi.IsError(err, "file_not_found", "file_deleted") {
		err = nil
	}
	if code, refused := fileRefusal(err); refused {
		zerolog.Ctx(ctx).Error().Str("answer", code).Str("file", n.Text).Uint64("report", n.ReportID).Msg("slack refused to delete a CSV list with names; delete the file by hand")
		err = nil
	}
	if err != nil {
		return err
	}
	return p.store.MarkNotePosted(n.ID)
}
