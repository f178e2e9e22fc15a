package deploy

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
	if err := yaml.Unmarshal([]byte(read(t, "compose.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	env, run := image(t)
	s := file.Services["inactivebot"]
	if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Equal(s.SecurityOpt, []string{"no-new-privileges:true"}) {
		t.Errorf("the container has more rights than it needs: %+v", s)
	}
	if s.Build != "." || s.Restart != "unless-stopped" {
		t.Errorf("the image is not built from the repository, or the bot is not restarted: %+v", s)
	}
	volume, at, _ := strings.Cut(s.Volumes[0], ":")
	if _, there := file.Volumes[volume]; !there || at != run.dataDir {
		t.Errorf("the volume %s is mounted at %s, want a volume of the file at %s", volume, at, run.dataDir)
	}
	for _, name := range s.Secrets {
		if file.Secrets[name].File != "./secrets/"+name {
			t.Errorf("the secret %s is read from %q", name, file.Secrets[name].File)
		}
	}
	if !strings.Contains(read(t, "../../../README.md"), "\n   sudo chown -R "+run.user+" secrets\n") {
		t.Errorf("README does not change the owner of the secrets to %s, the user of the image", run.user)
	}
	for name, value := range s.Environment {
		env[name] = value
	}
	run.env, run.secrets = env, secretsIn("/run/secrets", s.Secrets)
	run.stop, _ = time.ParseDuration(s.Stop)
	run.check(t)
}
