package main

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/cmd/inactivebot/config"
)

// stopsWithin is how long the bot may take to stop.
const stopsWithin = 10 * time.Second

// deployed is what a block of README that runs the bot comes to.
type deployed struct {
	env     map[string]string
	secrets map[string]string // by the files' names, as the bot sees them.
	command []string
	user    string
	keeps   string // the directory that can be written and stays.
	stop    time.Duration
}

// check has the bot itself read the settings, from the files that the block
// gives it.
func (d deployed) check(t *testing.T) config.Config {
	t.Helper()
	for name, file := range d.env {
		if _, given := d.secrets[file]; strings.HasSuffix(name, "_FILE") && !given {
			t.Errorf("%s is %s, which the block does not provide: %v", name, file, d.secrets)
		}
	}
	if !slices.Equal(d.command, []string{"serve"}) {
		t.Errorf("it runs %q, want serve", d.command)
	}
	c, err := config.Load(config.NeedEverything, config.Sources{Env: d.variable, ReadFile: d.read})
	if err != nil {
		t.Fatal(err)
	}
	if path.Dir(c.Database) != d.keeps {
		t.Errorf("the database is %s, which is not in %s", c.Database, d.keeps)
	}
	if d.stop < stopsWithin {
		t.Errorf("it gets %s to stop, want at least the %s that it may take", d.stop, stopsWithin)
	}
	return c
}

// variable is the environment of the bot.
func (d deployed) variable(name string) (value string, set bool) {
	value, set = d.env[name]
	return value, set
}

// read reads a file of the bot: one of the secrets.
func (d deployed) read(name string) ([]byte, error) {
	if value, ok := d.secrets[name]; ok {
		return []byte(value), nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// secretsIn are files with a value that the setting of that name takes.
func secretsIn(dir string, names []string) map[string]string {
	files := make(map[string]string)
	for _, name := range names {
		files[path.Join(dir, name)] = map[string]string{"slack-bot": "xoxb-1", "slack-app": "xapp-1", "atlassian": "ATCTT-1"}[name]
	}
	return files
}

// image is what the Dockerfile says of the image it makes.
func image(t *testing.T) (env map[string]string, d deployed) {
	t.Helper()
	file, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	said := func(form string) string {
		found := regexp.MustCompile(`(?m)^` + form + `$`).FindStringSubmatch(string(file))
		if found == nil {
			t.Fatalf("the Dockerfile has no %s", form)
		}
		return found[1]
	}
	env = make(map[string]string)
	for _, pair := range strings.Fields(said("ENV (.*)")) {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	return env, deployed{user: said("USER (.*)"), keeps: said("VOLUME (.*)"), command: []string{said(`CMD \["(.*)"\]`)}}
}
