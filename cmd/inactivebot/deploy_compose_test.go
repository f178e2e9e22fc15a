package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

func TestComposeFile(t *testing.T) {
	var file struct {
		Services map[string]struct {
			ReadOnly    bool     `yaml:"read_only"`
			CapDrop     []string `yaml:"cap_drop"`
			SecurityOpt []string `yaml:"security_opt"`
			Stop        string   `yaml:"stop_grace_period"`
			Restart     string
			Build       string
			Environment map[string]string
			Secrets     []string
			Volumes     []string
		}
		Secrets map[string]struct{ File string }
		Volumes map[string]any
	}
	if err := yaml.Unmarshal([]byte(readmeBlock(t, "compose.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	env, d := image(t)
	s := file.Services["inactivebot"]
	if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Equal(s.SecurityOpt, []string{"no-new-privileges:true"}) {
		t.Errorf("it may do more than it needs: %+v", s)
	}
	if s.Build != "." || s.Restart != "unless-stopped" {
		t.Errorf("it is not built from here, or not started again: %+v", s)
	}
	volume, at, _ := strings.Cut(s.Volumes[0], ":")
	if _, there := file.Volumes[volume]; !there || at != d.keeps {
		t.Errorf("the volume %s is at %s, want one of the file's at %s", volume, at, d.keeps)
	}
	for _, name := range s.Secrets {
		if file.Secrets[name].File != "./secrets/"+name {
			t.Errorf("the secret %s comes from %q", name, file.Secrets[name].File)
		}
	}
	if !strings.Contains(readme(t), "\nsudo chown -R "+d.user+" secrets\n") {
		t.Errorf("README does not give the secrets to %s, the image's user", d.user)
	}
	for name, value := range s.Environment {
		env[name] = value
	}
	d.env, d.secrets = env, secretsIn("/run/secrets", s.Secrets)
	d.stop, _ = time.ParseDuration(s.Stop)
	d.check(t)
}
