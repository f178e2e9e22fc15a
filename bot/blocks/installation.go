package blocks

import (
	"regexp"
	"strings"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// installationPattern is the form of an installation's id.
var installationPattern = regexp.MustCompile(`^[A-Z][A-Z2-7]{7}$`)

// Bind puts the installation before the value of every button of the message, so
// that a press never acts on another database's report with the same number. The
// ids of its small print carry it, too, for messages without buttons.
func (m Message) Bind(i storage.Installation) Message {
	bindButtons(m.Blocks, i.ID)
	return m
}

// BindView does the same for a modal, whose private metadata carries it, too.
func BindView(v slack.ModalViewRequest, i storage.Installation) slack.ModalViewRequest {
	bindButtons(v.Blocks.BlockSet, i.ID)
	v.PrivateMetadata = bind(v.PrivateMetadata, i.ID)
	return v
}

// SplitInstallation returns the installation that a button's value or a modal's
// private metadata carries, and the rest. The installation is empty if an older
// version of the bot made it.
func SplitInstallation(value string) (installation, rest string) {
	before, after, _ := strings.Cut(value, ".")
	if !installationPattern.MatchString(before) {
		return "", value
	}
	return before, after
}

// bind puts the installation before a value, once.
func bind(value, installation string) string {
	if have, _ := SplitInstallation(value); have != "" || installation == "" {
		return value
	}
	if value == "" {
		return installation
	}
	return installation + "." + value
}

func bindButtons(all []slack.Block, installation string) {
	for _, b := range buttonsOf(all) {
		b.Value = bind(b.Value, installation)
	}
	for _, block := range all {
		if c, ok := block.(*slack.ContextBlock); ok && c.BlockID != "" {
			c.BlockID = bind(c.BlockID, installation)
		}
	}
}

// InstallationOf returns the installation of a posted message, also of one without
// buttons. It is empty if none is known.
func InstallationOf(posted []slack.Block) string {
	for _, b := range buttonsOf(posted) {
		if id, _ := SplitInstallation(b.Value); id != "" {
			return id
		}
	}
	for _, block := range posted {
		if c, ok := block.(*slack.ContextBlock); ok {
			if id, _ := SplitInstallation(c.BlockID); id != "" {
				return id
			}
		}
	}
	return ""
}

// HasButtons reports whether a press on the message is possible.
func (m Message) HasButtons() bool { return len(buttonsOf(m.Blocks)) > 0 }

// buttonsOf returns all buttons of a message or modal.
func buttonsOf(all []slack.Block) (out []*slack.ButtonBlockElement) {
	add := func(e any) {
		if b, ok := e.(*slack.ButtonBlockElement); ok && b != nil {
			out = append(out, b)
		}
	}
	for _, block := range all {
		switch b := block.(type) {
		case *slack.SectionBlock:
			if b.Accessory != nil && b.Accessory.ButtonElement != nil {
				add(b.Accessory.ButtonElement)
			}
		case *slack.ActionBlock:
			for _, e := range b.Elements.ElementSet {
				add(e)
			}
		case *slack.DataTableBlock:
			for _, row := range b.Rows {
				for _, cell := range row {
					if a, ok := cell.(*slack.DataTableActionCell); ok {
						add(a.Element)
					}
				}
			}
		}
	}
	return out
}

// WithoutButtons returns a posted message as it stays when its buttons belong to
// nothing that is stored: its text without any button, and the reason. The blocks
// get new ids, as Slack asks for after an update.
func WithoutButtons(text string, posted []slack.Block, why string) Message {
	out := Message{Text: text}
	for _, block := range posted {
		switch b := block.(type) {
		case *slack.HeaderBlock:
			out.Blocks = append(out.Blocks, &slack.HeaderBlock{Type: b.Type, Text: b.Text})
		case *slack.DividerBlock:
			out.Blocks = append(out.Blocks, slack.NewDividerBlock())
		case *slack.ContextBlock:
			out.Blocks = append(out.Blocks, slack.NewContextBlock("", b.ContextElements.Elements...))
		case *slack.SectionBlock:
			out.Blocks = append(out.Blocks, slack.NewSectionBlock(b.Text, b.Fields, nil))
		}
	}
	if len(out.Blocks) == 0 {
		out.Blocks = append(out.Blocks, section("", text, nil))
	}
	const last = 50 // Slack allows 50 blocks in a message.
	out.Blocks = append(out.Blocks[:min(len(out.Blocks), last-1)], contextText("", why))
	return out
}
