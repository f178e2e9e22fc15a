package main

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

// deployment is as much of Kubernetes' objects as the block of README uses.
type deployment struct {
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
	var claim, app deployment
	objects := yaml.NewDecoder(strings.NewReader(readmeBlock(t, "inactivebot.yaml")))
	for _, into := range []*deployment{&claim, &app} {
		if err := objects.Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	env, d := image(t)
	pod := app.Spec.Template.Spec
	if claim.Kind != "PersistentVolumeClaim" || !slices.Equal(claim.Spec.AccessModes, []string{"ReadWriteOnce"}) {
		t.Errorf("the claim is %+v", claim)
	}
	if app.Kind != "Deployment" || app.Spec.Replicas != 1 || app.Spec.Strategy.Type != "Recreate" {
		t.Errorf("two bots could have the database at once: %+v", app.Spec)
	}
	if app.Spec.Selector.MatchLabels["app"] != "inactivebot" || app.Spec.Template.Metadata.Labels["app"] != "inactivebot" {
		t.Error("the selector does not select the pod")
	}
	id, _, _ := strings.Cut(d.user, ":")
	for _, got := range []int{pod.Security.User, pod.Security.Group, pod.Security.FSGroup} {
		if strconv.Itoa(got) != id || !pod.Security.NonRoot {
			t.Errorf("it runs as %+v, want %s, the image's user", pod.Security, d.user)
		}
	}
	c := pod.Containers[0]
	if !c.Security.ReadOnly || c.Security.Escalate == nil || *c.Security.Escalate || pod.Token == nil || *pod.Token {
		t.Errorf("it may do more than it needs: %+v, %+v", c.Security, pod)
	}
	for _, e := range c.Env {
		env[e.Name] = e.Value
	}
	d.env, d.command, d.stop = env, c.Args, time.Duration(pod.Grace)*time.Second
	d.mount(t, claim.Metadata.Name, pod)
	c.checkProbes(t, d.check(t).Listen)
}

// mount finds where the volumes are.
func (d *deployed) mount(t *testing.T, claim string, pod podSpec) {
	t.Helper()
	for _, v := range pod.Volumes {
		at := slices.IndexFunc(pod.Containers[0].Mounts, func(m mount) bool { return m.Name == v.Name })
		if at < 0 {
			t.Fatalf("the volume %s is not mounted", v.Name)
		}
		where := pod.Containers[0].Mounts[at]
		switch {
		case v.Claim.Name == claim && !where.Read:
			d.keeps = where.Path
		case v.Secret.Name != "" && v.Secret.Mode == 0o440 && where.Read:
			d.secrets = secretsIn(where.Path, []string{"slack-bot", "slack-app", "atlassian"})
		default:
			t.Errorf("a volume of neither kind: %+v at %+v", v, where)
		}
	}
}

// checkProbes holds the probes against where the bot answers.
func (c container) checkProbes(t *testing.T, listen string) {
	t.Helper()
	host, port, err := net.SplitHostPort(listen)
	if err != nil || !net.ParseIP(host).IsUnspecified() || strconv.Itoa(c.Ports[0].Port) != port {
		t.Errorf("the bot listens at %s, which is not port %d of the pod", listen, c.Ports[0].Port)
	}
	for path, p := range map[string]probe{monitor.HealthPath: c.Liveness, monitor.ReadyPath: c.Readiness} {
		if p.HTTP.Path != path || p.HTTP.Port != c.Ports[0].Name {
			t.Errorf("a probe asks %+v, want %s", p.HTTP, path)
		}
	}
}
