package main

import (
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"

	"inactivebot/bot"
)

// scopesOf reads the bot scopes of a Slack app manifest, see
// https://docs.slack.dev/reference/app-manifest. Without a file it is the bot's
// own manifest.
func scopesOf(file string) ([]string, error) {
	body := []byte(bot.Manifest())
	if file != "" {
		theirs, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the manifest: %w", err)
		}
		body = theirs
	}
	var manifest struct {
		OAuth struct {
			Scopes struct {
				Bot []string `yaml:"bot"`
			} `yaml:"scopes"`
		} `yaml:"oauth_config"`
	}
	if err := yaml.Unmarshal(body, &manifest); err != nil {
		return nil, fmt.Errorf("the manifest %s is no YAML: %w", file, err)
	}
	if len(manifest.OAuth.Scopes.Bot) == 0 {
		return nil, fmt.Errorf("the manifest %s names no scopes under oauth_config.scopes.bot", file)
	}
	return manifest.OAuth.Scopes.Bot, nil
}
