package blocks

import "github.com/slack-go/slack"

// The limits of Slack's texts, with room to spare, in code points.
const (
	maxSection = 2700 // of 3,000 that a section's text may have.
	maxButton  = 70   // of 75 that a button's label may have.
	maxTitle   = 24   // all that a modal's title and buttons may have.
)

// Message is what is posted: blocks, and the sentence that stands in the
// notification and that a screen reader reads.
type Message struct {
	Text   string
	Blocks []slack.Block
	// Young says that a block among them is so new that not every Slack takes it,
	// and that the sender has another form of the message.
	Young bool
}

func plain(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, true, false)
}

// mrkdwn is formatted text. It is verbatim: only what we have marked as a
// mention or a link becomes one, not what happens to look like it.
func mrkdwn(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, truncate(s, maxSection), false, true)
}

// section is a paragraph, with a button beside it unless accessory is nil.
func section(id, text string, accessory *slack.ButtonBlockElement) slack.Block {
	s := slack.NewSectionBlock(mrkdwn(text), nil, nil)
	s.BlockID = id
	if accessory != nil {
		s.Accessory = slack.NewAccessory(accessory)
	}
	return s
}

// contextText is a paragraph of contextText print.
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

// withLabel names what a short label is withLabel, for those who hear the page. The
// name has the label in it: those who speak to the page say what they see.
// https://www.w3.org/WAI/WCAG22/Understanding/label-in-name
func withLabel(b *slack.ButtonBlockElement, label string) *slack.ButtonBlockElement {
	b.AccessibilityLabel = truncate(label, maxButton)
	return b
}

// modal is a view that is closed, or submitted where submit is not empty.
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

// Notice says one thing in a modal.
func Notice(title, text string) slack.ModalViewRequest {
	return modal(ViewNotice, title, "", "", section("", text, nil))
}
