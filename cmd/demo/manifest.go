package main

import (
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"

	"inactivebot/bot/slackapi"
)

// ownCommand is the bot's slash command, for which the demo has completions.
const ownCommand = "/inactive"

// manifest holds the parts of a Slack app manifest that the simulated workspace
// uses, see https://docs.slack.dev/reference/app-manifest.
type manifest struct {
	scopes   []string
	commands []string
	plain    []string // commands without should_escape.
	// messagesTab is whether the app has the Messages tab, which direct messages
	// need. A manifest that does not mention it has none.
	messagesTab bool
}

// readManifest reads a manifest, by default the bot's own. If it has no
// commands, it gets the bot's command.
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
		return manifest{}, fmt.Errorf("the manifest %s is not valid YAML: %w", file, err)
	}
	if len(scopes) == 0 {
		return manifest{}, fmt.Errorf("the manifest %s has no scopes in oauth_config.scopes.bot", file)
	}
	m := manifest{scopes: scopes}
	if err := m.readFeatures(body); err != nil {
		return manifest{}, fmt.Errorf("read the features of the manifest %s: %w", file, err)
	}
	if len(m.commands) == 0 {
		m.commands = []string{ownCommand}
	}
	return m, nil
}

// readFeatures reads the slash commands and the Messages tab.
func (m *manifest) readFeatures(body string) error {
	var features struct {
		Features struct {
			Home struct {
				MessagesTab bool `yaml:"messages_tab_enabled"`
			} `yaml:"app_home"`
			Commands []struct {
				Command string `yaml:"command"`
				Escape  bool   `yaml:"should_escape"`
			} `yaml:"slash_commands"`
		} `yaml:"features"`
	}
	if err := yaml.Unmarshal([]byte(body), &features); err != nil {
		return err
	}
	m.messagesTab = features.Features.Home.MessagesTab
	for _, c := range features.Features.Commands {
		m.commands = append(m.commands, c.Command)
		if !c.Escape {
			m.plain = append(m.plain, c.Command)
		}
	}
	return nil
}
