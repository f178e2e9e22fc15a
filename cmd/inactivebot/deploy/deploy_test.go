package deploy

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

// setup is how a deployment file runs the bot.
type setup struct {
	env     map[string]string
	secrets map[string]string // the content of each secret, by the path that the bot reads.
	command []string
	user    string
	dataDir string        // the directory that is writable and persistent.
	stop    time.Duration // how long the bot gets to stop.
}

// check loads the settings like the program, from the environment and the
// secrets of the setup. It returns the settings.
func (s setup) check(t *testing.T) config.Config {
	t.Helper()
	for name, file := range s.env {
		if _, given := s.secrets[file]; strings.HasSuffix(name, "_FILE") && !given {
			t.Errorf("%s is %s, which the file does not provide: %v", name, file, s.secrets)
		}
	}
	if !slices.Equal(s.command, []string{"serve"}) {
		t.Errorf("the file runs %q, want serve", s.command)
	}
	c, err := config.Load(config.NeedEverything, config.Sources{Env: s.variable, ReadFile: s.readFile})
	if err != nil {
		t.Fatal(err)
	}
	if path.Dir(c.Database) != s.dataDir {
		t.Errorf("the database is %s, want it in %s", c.Database, s.dataDir)
	}
	if least := stopTimeout(t); s.stop < least {
		t.Errorf("the bot gets %s to stop, want at least %s", s.stop, least)
	}
	return c
}

// variable returns a variable of the bot's environment.
func (s setup) variable(name string) (value string, set bool) {
	value, set = s.env[name]
	return value, set
}

// readFile returns the content of a secret.
func (s setup) readFile(name string) ([]byte, error) {
	if value, ok := s.secrets[name]; ok {
		return []byte(value), nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// secretsIn returns secrets as files of dir, each with a valid value.
func secretsIn(dir string, names []string) map[string]string {
	files := make(map[string]string)
	for _, name := range names {
		files[path.Join(dir, name)] = map[string]string{"slack-bot": "xoxb-1", "slack-app": "xapp-1", "atlassian": "ATCTT-1"}[name]
	}
	return files
}

// image returns the environment, the user, the data directory and the command that
// the Dockerfile gives the image.
func image(t *testing.T) (env map[string]string, s setup) {
	t.Helper()
	file := read(t, "../../../Dockerfile")
	value := func(form string) string {
		found := regexp.MustCompile(`(?m)^` + form + `$`).FindStringSubmatch(file)
		if found == nil {
			t.Fatalf("the Dockerfile has no %s", form)
		}
		return found[1]
	}
	env = make(map[string]string)
	for _, pair := range strings.Fields(value("ENV (.*)")) {
		name, assigned, _ := strings.Cut(pair, "=")
		env[name] = assigned
	}
	return env, setup{user: value("USER (.*)"), dataDir: value("VOLUME (.*)"), command: []string{value(`CMD \["(.*)"\]`)}}
}

// stopTimeout returns the program's shutdown timeout, which its end-to-end
// tests verify.
func stopTimeout(t *testing.T) time.Duration {
	t.Helper()
	seconds, _ := strings.CutSuffix(constant(t, "stopTimeout"), " * time.Second")
	d, err := time.ParseDuration(seconds + "s")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// constant returns the value of a constant in the program's source code,
// because main packages and tests cannot be imported.
func constant(t *testing.T, name string) string {
	t.Helper()
	declaration := regexp.MustCompile(`(?m)^\s*` + name + `\s*=\s*([^/\n]*[^/\s])`)
	var values []string
	program := os.DirFS("..")
	err := fs.WalkDir(program, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(file) != ".go" {
			return err
		}
		source, err := fs.ReadFile(program, file)
		for _, found := range declaration.FindAllSubmatch(source, -1) {
			values = append(values, string(found[1]))
		}
		return err
	})
	if err != nil || len(values) != 1 {
		t.Fatalf("the constant %s has the values %q, want one: %v", name, values, err)
	}
	return values[0]
}

// read returns a file's content, by its path from this directory.
func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
