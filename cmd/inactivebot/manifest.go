package main

import (
	"io"

	"inactivebot/bot/slackapi"
)

// manifestCommand prints the manifest of the Slack app. It needs no settings.
type manifestCommand struct{}

// Run prints the manifest.
func (manifestCommand) Run(p *program) error {
	_, err := io.WriteString(p.stdout, slackapi.Manifest())
	return err
}
