package config

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

// parse parses a command line with kong, as main does.
func parse(t *testing.T, args ...string) (values map[string]string, help string) {
	t.Helper()
	var (
		out bytes.Buffer
		cli struct {
			Scan struct{} `cmd:"" help:"Scan without suspending."`
		}
	)
	flags := NewFlags()
	parser, err := kong.New(&cli, kong.Embed(flags.Struct()), kong.Writers(&out, &out), kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(args); err != nil {
		t.Fatal(err)
	}
	return flags.Values(), out.String()
}

func TestKongFillsTheFlags(t *testing.T) {
	got, _ := parse(t, "--log-level=debug", "scan", "--inactive-days", "90", "--org-id=0a1b", "--exclude", "*@x.example, group:a b")
	want := map[string]string{
		"log-level":        "debug",
		"inactive-days":    "90",
		"atlassian-org-id": "0a1b",
		"exclude":          "*@x.example, group:a b",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Values() (-want +got):\n%s", diff)
	}
}

func TestFlagsReachTheConfig(t *testing.T) {
	values, _ := parse(t, "scan", "--inactive-days=90", "--report-only")
	c := mustLoad(t, NeedEverything, sources(complete(), values, nil))
	if c.InactiveDays != 90 || !c.ReportOnly {
		t.Errorf("InactiveDays, ReportOnly = %d, %t, want 90, true", c.InactiveDays, c.ReportOnly)
	}
}

func TestToggles(t *testing.T) {
	for args, want := range map[string]string{
		"--report-only scan":       "true",
		"--report-only=false scan": "false",
		"--report-only=maybe scan": "maybe",
		"scan":                     "",
	} {
		values, _ := parse(t, strings.Fields(args)...)
		if got := values["report-only"]; got != want {
			t.Errorf("%s: report-only = %q, want %q", args, got, want)
		}
	}
}

func TestHelpShowsEverySettingButSecrets(t *testing.T) {
	_, help := parse(t, "scan", "--help")
	flags := make(map[string]bool)
	for _, word := range strings.Fields(help) {
		name, _, _ := strings.Cut(word, "=")
		flags[name] = true
	}
	for _, s := range new(Config).settings() {
		if got, want := flags["--"+s.flag()], !s.secret; got != want {
			t.Errorf("--%s in --help: %t, want %t", s.flag(), got, want)
		}
	}
	if !flags["--slack-api-url"] || !flags["--inactive-days"] {
		t.Errorf("flags = %v, want --slack-api-url and --inactive-days among them", slices.Sorted(maps.Keys(flags)))
	}
}
