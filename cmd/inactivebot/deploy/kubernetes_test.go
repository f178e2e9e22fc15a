package deploy

import (
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"inactivebot/bot/monitor"
)

// object has the fields that inactivebot.yaml uses.
type object struct {
	Kind     string
	Metadata struct{ Name string }
	Spec     struct {
		AccessModes []string `yaml:"accessModes"`
		Replicas    int
		Strategy    struct{ Type string }
		Selector    struct {
			MatchLabels map[string]string `yaml:"matchLabels"`
		}
		Template struct {
			Metadata struct{ Labels map[string]string }
			Spec     podSpec
		}
	}
}

type podSpec struct {
	Token    *bool `yaml:"automountServiceAccountToken"`
	Grace    int   `yaml:"terminationGracePeriodSeconds"`
	Security struct {
		NonRoot bool `yaml:"runAsNonRoot"`
		User    int  `yaml:"runAsUser"`
		Group   int  `yaml:"runAsGroup"`
		FSGroup int  `yaml:"fsGroup"`
	} `yaml:"securityContext"`
	Containers []container
	Volumes    []struct {
		Name  string
		Claim struct {
			Name string `yaml:"claimName"`
		} `yaml:"persistentVolumeClaim"`
		Secret struct {
			Name string `yaml:"secretName"`
			Mode int    `yaml:"defaultMode"`
		}
	}
}

type container struct {
	Args  []string
	Env   []struct{ Name, Value string }
	Ports []struct {
		Name string
		Port int `yaml:"containerPort"`
	}
	Liveness  probe `yaml:"livenessProbe"`
	Readiness probe `yaml:"readinessProbe"`
	Security  struct {
		ReadOnly bool  `yaml:"readOnlyRootFilesystem"`
		Escalate *bool `yaml:"allowPrivilegeEscalation"`
	} `yaml:"securityContext"`
	Mounts []mount `yaml:"volumeMounts"`
}

type mount struct {
	Name string
	Path string `yaml:"mountPath"`
	Read bool   `yaml:"readOnly"`
}

type probe struct {
	HTTP struct{ Path, Port string } `yaml:"httpGet"`
}

func TestKubernetesManifest(t *testing.T) {
	var claim, app object
	decoder := yaml.NewDecoder(strings.NewReader(read(t, "inactivebot.yaml")))
	for _, into := range []*object{&claim, &app} {
		if err := decoder.Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	env, run := image(t)
	pod := app.Spec.Template.Spec
	if claim.Kind != "PersistentVolumeClaim" || !slices.Equal(claim.Spec.AccessModes, []string{"ReadWriteOnce"}) {
		t.Errorf("the claim is %+v", claim)
	}
	if app.Kind != "Deployment" || app.Spec.Replicas != 1 || app.Spec.Strategy.Type != "Recreate" {
		t.Errorf("two bots could use the database at the same time: %+v", app.Spec)
	}
	if app.Spec.Selector.MatchLabels["app"] != "inactivebot" || app.Spec.Template.Metadata.Labels["app"] != "inactivebot" {
		t.Error("the selector does not select the pod")
	}
	id, _, _ := strings.Cut(run.user, ":")
	for _, got := range []int{pod.Security.User, pod.Security.Group, pod.Security.FSGroup} {
		if strconv.Itoa(got) != id || !pod.Security.NonRoot {
			t.Errorf("the pod runs as %+v, want %s, the user of the image", pod.Security, run.user)
		}
	}
	c := pod.Containers[0]
	if !c.Security.ReadOnly || c.Security.Escalate == nil || *c.Security.Escalate || pod.Token == nil || *pod.Token {
		t.Errorf("the pod has more rights than it needs: %+v, %+v", c.Security, pod)
	}
	for _, e := range c.Env {
		env[e.Name] = e.Value
	}
	run.env, run.command, run.stop = env, c.Args, time.Duration(pod.Grace)*time.Second
	run.mount(t, claim.Metadata.Name, pod)
	c.checkProbes(t, run.check(t).Listen)
}

// mount sets the data directory and the secrets from the volumes of a pod.
func (s *setup) mount(t *testing.T, claim string, pod podSpec) {
	t.Helper()
	for _, v := range pod.Volumes {
		at := slices.IndexFunc(pod.Containers[0].Mounts, func(m mount) bool { return m.Name == v.Name })
		if at < 0 {
			t.Fatalf("the volume %s is not mounted", v.Name)
		}
		where := pod.Containers[0].Mounts[at]
		switch {
		case v.Claim.Name == claim && !where.Read:
			s.dataDir = where.Path
		case v.Secret.Name != "" && v.Secret.Mode == 0o440 && where.Read:
			s.secrets = secretsIn(where.Path, []string{"slack-bot", "slack-app", "atlassian"})
		default:
			t.Errorf("unexpected volume %+v at %+v", v, where)
		}
	}
}

// checkProbes compares the probes' port and paths with the bot's.
func (c container) checkProbes(t *testing.T, listen string) {
	t.Helper()
	host, port, err := net.SplitHostPort(listen)
	if err != nil || !net.ParseIP(host).IsUnspecified() || strconv.Itoa(c.Ports[0].Port) != port {
		t.Errorf("the bot listens at %s, which is not port %d of the pod", listen, c.Ports[0].Port)
	}
	for path, p := range map[string]probe{monitor.HealthPath: c.Liveness, monitor.ReadyPath: c.Readiness} {
		if p.HTTP.Path != path || p.HTTP.Port != c.Ports[0].Name {
			t.Errorf("a probe requests %+v, want %s", p.HTTP, path)
		}
	}
}
