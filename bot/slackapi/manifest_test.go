package slackapi_test

import (
	"testing"

	"go.yaml.in/yaml/v3"

	"inactivebot/bot/slackapi"
)

// TestManifestAppHome checks that the app has the Messages tab, which direct
// messages need, that people cannot write there, and that it has no Home tab.
func TestManifestAppHome(t *testing.T) {
	var m struct {
		Features struct {
			Home map[string]bool `yaml:"app_home"`
		} `yaml:"features"`
	}
	if err := yaml.Unmarshal([]byte(slackapi.Manifest()), &m); err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{"home_tab_enabled": false, "messages_tab_enabled": true, "messages_tab_read_only_enabled": true}
	got := m.Features.Home
	for name, on := range want {
		if enabled, there := got[name]; !there || enabled != on {
			t.Errorf("%s is %t (present: %t), want %t", name, enabled, there, on)
		}
	}
	if len(got) != len(want) {
		t.Errorf("app_home is %v, want %v", got, want)
	}
}
