package bot

import _ "embed" // the manifest is a file, so that it reads as one.

//go:embed manifest.yaml
var manifest string

// Manifest is the Slack app manifest of the bot, as YAML, see
// https://docs.slack.dev/reference/app-manifest. Its scopes are exactly those
// that the bot's calls need.
func Manifest() string { return manifest }
