package main

import (
	"fmt"
	"os"

	"inactivebot/bot"
)

// scopesOf reads the bot scopes of a Slack app manifest, see
// https://docs.slack.dev/reference/app-manifest. Without a file it is the bot's
// own manifest.
func scopesOf(file string) ([]string, error) {
	body := bot.Manifest()
	if file != "" {
		theirs, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the manifest: %w", err)
		}
		body = string(theirs)
	}
	scopes, err := bot.ScopesOf(body)
	if err != nil {
		return nil, fmt.Errorf("the manifest %s is no YAML: %w", file, err)
	}
	if len(scopes) == 0 {
		return nil, fmt.Errorf("the manifest %s names no scopes under oauth_config.scopes.bot", file)
	}
	return scopes, nil
}
