package main

import (
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"

	"inactivebot/bot/slackapi"
)

// ownCommand is the bot's own slash command, whose words the demo can complete.
const ownCommand = "/inactive"

// manifest is what the simulated workspace takes from a Slack app manifest, see
// https://docs.slack.dev/reference/app-manifest.
type manifest struct {
	scopes   []string
	commands []string
	plain    []string // the commands without should_escape.
}

// readManifest reads a manifest; without a file it is the bot's own. One
// without commands gets the bot's, so that there is something to type.
func readManifest(file string) (manifest, error) {
	body := slackapi.Manifest()
	if file != "" {
		theirs, err := os.ReadFile(file)
		if err != nil {
			return manifest{}, fmt.Errorf("read the manifest: %w", err)
		}
		body = string(theirs)
	}
	scopes, err := slackapi.ScopesOf(body)
	if err != nil {
		return manifest{}, fmt.Errorf("the manifest %s is no YAML: %w", file, err)
	}
	if len(scopes) == 0 {
		return manifest{}, fmt.Errorf("the manifest %s names no scopes under oauth_config.scopes.bot", file)
	}
	m := manifest{scopes: scopes}
	if err := m.readCommands(body); err != nil {
		return manifest{}, fmt.Errorf("the slash commands of the manifest %s: %w", file, err)
	}
	if len(m.commands) == 0 {
		m.commands = []string{ownCommand}
	}
	return m, nil
}

func (m *manifest) readCommands(body string) error {
	var features struct {
		Features struct {
			Commands []struct {
				Command string `yaml:"command"`
				Escape  bool   `yaml:"should_escape"`
			} `yaml:"slash_commands"`
		} `yaml:"features"`
	}
	if err := yaml.Unmarshal([]byte(body), &features); err != nil {
		return err
	}
	for _, c := range features.Features.Commands {
		m.commands = append(m.commands, c.Command)
		if !c.Escape {
			m.plain = append(m.plain, c.Command)
		}
	}
	return nil
}
