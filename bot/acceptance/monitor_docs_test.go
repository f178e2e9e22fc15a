package acceptance_test

import (
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"go.yaml.in/yaml/v3"
)

var (
	metricName = regexp.MustCompile(`\binactivebot_[a-z_]+`)
	withLabels = regexp.MustCompile(`([a-z_]+)\{([^}]*)\}`)
	selector   = regexp.MustCompile(`([a-z_]+)(?:=|!=|=~|!~)"([^"]*)"`)
)

// checkMetrics checks the output of /metrics against Prometheus's naming rules,
// and the list in OPERATIONS.md and the alert rules against that output.
func (w *world) checkMetrics(body string) {
	w.t.Helper()
	problems, err := promlint.New(strings.NewReader(body)).Lint()
	w.must(err)
	for _, p := range problems {
		w.t.Errorf("%s: %s", p.Metric, p.Text)
	}
	var shown []string
	for line := range strings.Lines(body) {
		if name, ok := strings.CutPrefix(line, "# TYPE inactivebot_"); ok {
			name, _, _ = strings.Cut(name, " ")
			shown = append(shown, "inactivebot_"+name)
		}
	}
	if got, want := unique(metricName.FindAllString(w.section("## Watch it"), -1)), unique(shown); !slices.Equal(got, want) {
		w.t.Errorf("OPERATIONS.md lists the metrics %v, /metrics shows %v", got, want)
	}
	rules, err := os.ReadFile("../../cmd/inactivebot/deploy/alerts.yaml")
	w.must(err)
	w.checkRules(string(rules), shown, body)
}

// section returns a section of OPERATIONS.md.
func (w *world) section(head string) string {
	w.t.Helper()
	readme, err := os.ReadFile("../../cmd/inactivebot/OPERATIONS.md")
	w.must(err)
	_, rest, found := strings.Cut(string(readme), "\n"+head+"\n")
	if !found {
		w.t.Fatalf("OPERATIONS.md has no section %s", head)
	}
	section, _, _ := strings.Cut(rest, "\n## ")
	return section
}

// checkRules fails if Prometheus would not load a rule, or if a rule uses a
// metric, label or label value that this program does not have.
func (w *world) checkRules(rules string, shown []string, body string) {
	w.t.Helper()
	var file struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	dec := yaml.NewDecoder(strings.NewReader(rules))
	dec.KnownFields(true)
	w.must(dec.Decode(&file))
	if len(file.Groups) != 1 || len(file.Groups[0].Rules) < 5 {
		w.t.Fatalf("the rules are %+v", file)
	}
	for _, r := range file.Groups[0].Rules {
		if r.Alert == "" || r.Expr == "" || r.Annotations["summary"] == "" {
			w.t.Errorf("a rule without a name, an expression or a summary: %+v", r)
		}
		for _, name := range metricName.FindAllString(r.Expr, -1) {
			base := strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_count")
			if !slices.Contains(shown, name) && !slices.Contains(shown, base) {
				w.t.Errorf("%s uses %s, which /metrics does not have", r.Alert, name)
			}
		}
		for _, part := range withLabels.FindAllStringSubmatch(r.Expr, -1) {
			for _, s := range selector.FindAllStringSubmatch(part[2], -1) {
				has := regexp.MustCompile(part[1] + `\{[^}]*\b` + s[1] + `="(?:` + s[2] + `)"`)
				if !has.MatchString(body) {
					w.t.Errorf("%s uses %s of %s, which /metrics does not have", r.Alert, s[0], part[1])
				}
			}
		}
	}
}

func unique(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
