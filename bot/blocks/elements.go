package blocks

import "github.com/slack-go/slack"

// The limits of Slack's texts in code points, with a margin.
const (
	maxSection = 2700 // Slack allows 3,000 in a section.
	maxButton  = 70   // Slack allows 75 in a button's label.
	maxTitle   = 24   // the limit of a modal's title and buttons.
)

// Message is a message to post: its blocks, and the text for the notification and
// for screen readers.
type Message struct {
	Text   string
	Blocks []slack.Block
	// Experimental reports that a block is too new to be accepted everywhere, and that the
	// sender has another layout of the message.
	Experimental bool
}

func plain(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, true, false)
}

// mrkdwn is formatted text. It is verbatim, so that Slack links only what is marked
// as a mention or a link.
func mrkdwn(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, truncate(s, maxSection), false, true)
}

// section is a paragraph with an optional button beside it.
func section(id, text string, accessory *slack.ButtonBlockElement) slack.Block {
	s := slack.NewSectionBlock(mrkdwn(text), nil, nil)
	s.BlockID = id
	if accessory != nil {
		s.Accessory = slack.NewAccessory(accessory)
	}
	return s
}

// contextText is a paragraph in small print.
func contextText(id, text string) slack.Block { return slack.NewContextBlock(id, mrkdwn(text)) }

func actions(id string, buttons ...slack.BlockElement) slack.Block {
	return slack.NewActionBlock(id, buttons...)
}

func button(action, value, label string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(action, value, plain(truncate(label, maxButton)))
}

func dangerous(b *slack.ButtonBlockElement) *slack.ButtonBlockElement {
	return b.WithStyle(slack.StyleDanger)
}

// withLabel sets the accessibility label of a button. It must contain the visible
// text, which people who control the page by voice say:
// https://www.w3.org/WAI/WCAG22/Understanding/label-in-name
func withLabel(b *slack.ButtonBlockElement, label string) *slack.ButtonBlockElement {
	b.AccessibilityLabel = truncate(label, maxButton)
	return b
}

// modal is a modal view, with a submit button unless submit is empty.
func modal(callback, title, submit, private string, blocks ...slack.Block) slack.ModalViewRequest {
	v := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callback, Title: plain(truncate(title, maxTitle)), Close: plain("Close"),
		PrivateMetadata: private, Blocks: slack.Blocks{BlockSet: blocks},
	}
	if submit != "" {
		v.Submit, v.Close = plain(truncate(submit, maxTitle)), plain("Cancel")
	}
	return v
}

// Notice is a modal with one text.
func Notice(title, text string) slack.ModalViewRequest {
	return modal(ViewNotice, title, "", "", section("", text, nil))
}
