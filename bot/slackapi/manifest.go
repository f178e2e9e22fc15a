package slackapi

import (
	_ "embed" // embeds the manifest.

	"go.yaml.in/yaml/v3"
)

//go:embed manifest.yaml
var manifest string

// Manifest returns the manifest of the Slack app as YAML, see
// https://docs.slack.dev/reference/app-manifest. Its scopes are exactly those
// that the bot's requests need.
func Manifest() string { return manifest }

// ScopesOf returns the bot scopes of a Slack app manifest.
func ScopesOf(manifest string) ([]string, error) {
	var m struct {
		OAuth struct {
			Scopes struct {
				Bot []string `yaml:"bot"`
			} `yaml:"scopes"`
		} `yaml:"oauth_config"`
	}
	err := yaml.Unmarshal([]byte(manifest), &m)
	return m.OAuth.Scopes.Bot, err
}
