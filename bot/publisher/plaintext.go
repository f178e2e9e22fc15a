package publisher

import (
	"context"
	"errors"
	"regexp"

	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"inactivebot/bot/blocks"
	"inactivebot/bot/slackapi"
)

// maxPlain is the most text sent without blocks, in code points; chat.update
// rejects more than 4,000.
const maxPlain = 3900

// pointer matches the JSON pointer to an error in a payload.
var pointer = regexp.MustCompile(`\[json-pointer:(/[A-Za-z0-9_/]*)\]`)

// refusedBlocks reports whether Slack refused the blocks of a message.
func refusedBlocks(err error) bool {
	return slackapi.IsError(err, "invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long")
}

// usePlainText reports whether a message must be sent without its blocks, because
// Slack refused them and the message has no other form. It logs the position of
// the error and never the content.
func (p *Publisher) usePlainText(ctx context.Context, err error, m blocks.Message, about slack.SlackMetadata) bool {
	if !refusedBlocks(err) || m.Experimental {
		return false
	}
	said, _ := errors.AsType[slack.SlackErrorResponse](err)
	var where []string
	for _, m := range said.ResponseMetadata.Messages {
		for _, found := range pointer.FindAllStringSubmatch(m, -1) {
			where = append(where, found[1])
		}
	}
	zerolog.Ctx(ctx).Error().Str("error", said.Err).Str("message", about.EventType).Any("id", about.EventPayload["id"]).Strs("blocks", where).Msg("slack refused the blocks; sending plain text")
	return true
}

// plainText returns a message without its blocks. The empty list removes the
// blocks of an earlier version.
func plainText(m blocks.Message) []slack.MsgOption {
	text := []rune(m.Text)
	if len(text) > maxPlain {
		text = append(text[:maxPlain:maxPlain], '…')
	}
	return []slack.MsgOption{slack.MsgOptionText(string(text), false), slack.MsgOptionBlocks(), slack.MsgOptionDisableLinkUnfurl()}
}
