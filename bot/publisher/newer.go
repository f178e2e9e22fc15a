package publisher

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

const (
	// newestReports is how many report messages are compared with the database at
	// startup.
	newestReports = 10
	// newestPages is how many pages of the channel, of lookBack messages each, are
	// searched for them.
	newestPages = 5
)

// ShownEntries returns the audit entries that the newest report messages of this
// bot in the admin channel show. Messages of another bot on the same app do not
// count. Bot is the bot's user id in Slack.
func (p *Publisher) ShownEntries(ctx context.Context, bot string) (shown []storage.AuditHead, err error) {
	seen, cursor := 0, ""
	for range newestPages {
		page, err := p.slack.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: p.options.Channel, Cursor: cursor, Limit: lookBack, IncludeAllMetadata: true,
		})
		if err != nil {
			return nil, fmt.Errorf("read the newest messages: %w", err)
		}
		for _, m := range page.Messages {
			if m.User != bot || m.Metadata.EventType != reportEvent {
				continue
			}
			head, own, err := p.shownBy(m)
			if err != nil {
				return nil, err
			}
			if own {
				shown = append(shown, head)
			}
			if seen++; seen == newestReports {
				return shown, nil
			}
		}
		if cursor = page.ResponseMetaData.NextCursor; cursor == "" {
			break
		}
	}
	return shown, nil
}

// shownBy returns the audit entry that a report's message shows. It reports false
// if another bot posted it, or an older version that names no entry.
func (p *Publisher) shownBy(m slack.Message) (head storage.AuditHead, own bool, err error) {
	head, ok := auditHead(m.Metadata)
	if !ok {
		return head, false, nil
	}
	if from := blocks.InstallationOf(m.Blocks.BlockSet); from != "" {
		return head, p.store.Installation().Has(from), nil
	}
	own, err = p.store.IsReportMessage(m.Timestamp)
	return head, own, err
}
