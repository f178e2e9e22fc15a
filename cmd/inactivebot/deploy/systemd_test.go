package deploy

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// unit holds the values of a systemd unit by section and key, in order.
type unit map[string]map[string][]string

func readUnit(t *testing.T, text string) unit {
	t.Helper()
	u, section := unit{}, ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch key, value, ok := strings.Cut(line, "="); {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
			u[section] = make(map[string][]string)
		case !ok || section == "":
			t.Fatalf("invalid line in the unit: %s", line)
		default:
			u[section][key] = append(u[section][key], value)
		}
	}
	return u
}

func TestSystemdUnit(t *testing.T) {
	service := readUnit(t, read(t, "inactivebot.service"))["Service"]
	one := func(key string) string {
		t.Helper()
		if len(service[key]) != 1 {
			t.Fatalf("%s is set %d times, want once", key, len(service[key]))
		}
		return service[key][0]
	}
	credentials := make(map[string]bool)
	for _, c := range service["LoadCredential"] {
		name, file, _ := strings.Cut(c, ":")
		credentials[name] = file == "/etc/inactivebot/"+name
	}
	for _, name := range []string{"slack-bot", "slack-app", "atlassian"} {
		if !credentials[name] {
			t.Errorf("the credential %s is missing or not read from the file in README", name)
		}
	}
	run := setup{env: map[string]string{}, secrets: secretsIn("%d", []string{"slack-bot", "slack-app", "atlassian"}), dataDir: "/var/lib/" + one("StateDirectory")}
	for _, pair := range service["Environment"] {
		name, value, _ := strings.Cut(pair, "=")
		run.env[name] = value
	}
	start := strings.Fields(one("ExecStart"))
	if run.command = start[1:]; start[0] != "/usr/local/bin/inactivebot" {
		t.Errorf("the unit starts %s", start[0])
	}
	seconds, _ := strconv.Atoi(one("TimeoutStopSec"))
	run.stop = time.Duration(seconds) * time.Second
	run.check(t)
	if got, want := one("RestartPreventExitStatus"), constant(t, "exitMistake")+" "+constant(t, "exitRefused"); got != want {
		t.Errorf("RestartPreventExitStatus is %s, want %s: the exit codes that a restart does not fix", got, want)
	}
	for key, want := range map[string]string{
		"User": "inactivebot", "NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "ProtectSystem": "strict", "ProtectHome": "yes",
		"PrivateTmp": "yes", "PrivateDevices": "yes", "UMask": "0077", "StateDirectoryMode": "0700", "Restart": "on-failure",
	} {
		if got := one(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}
