package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/rs/zerolog"
)

func TestASecretNeverShows(t *testing.T) {
	const value = "xoxb-do-not-print"
	secret := NewSecret(value)
	holder := struct {
		Open   Secret
		hidden Secret
	}{secret, secret}
	config := mustLoad(t, NeedEverything, with("SLACK_BOT_TOKEN", value))

	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p"} {
		for _, thing := range []any{secret, &secret, holder, &holder, []Secret{secret}, map[string]Secret{"a": secret}, config, &config} {
			fmt.Fprintf(&out, verb+"\n", thing)
		}
	}
	for _, thing := range []any{secret, holder, config, map[Secret]int{secret: 1}} {
		text, err := json.Marshal(thing)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	logger := zerolog.New(&out)
	logger.Info().Interface("a", secret).Any("b", config).Stringer("c", secret).Str("d", fmt.Sprint(secret)).Fields(map[string]any{"e": secret}).Msg("a test")
	logger.Info().Err(fmt.Errorf("with %v", secret)).Msg("a test")

	if strings.Contains(out.String(), value) || strings.Contains(out.String(), fmt.Sprintf("%x", value)) {
		t.Errorf("the output contains the secret:\n%s", out.String())
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, secret); got != "[redacted]" {
			t.Errorf("%s = %s, want [redacted]", verb, got)
		}
	}
}

func TestRevealGivesTheSecret(t *testing.T) {
	if got := NewSecret("xoxb-1").Reveal(); got != "xoxb-1" {
		t.Errorf("Reveal() = %q, want xoxb-1", got)
	}
	if got := (Secret{}).Reveal(); got != "" {
		t.Errorf("Reveal() of the zero Secret = %q, want it empty", got)
	}
}
