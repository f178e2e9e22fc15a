package e2e

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestSignals checks that the running bot answers at INACTIVEBOT_LISTEN and
// that healthcheck asks there.
func TestSignals(t *testing.T) {
	t.Parallel()
	s := newSimulation(t, "--users", "60", "--candidates", "10")
	bot := s.serve("INACTIVEBOT_LISTEN=127.0.0.1:0")
	listens := regexp.MustCompile(`"address":"([^"]+)"`)
	var address string
	s.until("the address of the monitoring endpoint", func() bool {
		found := listens.FindStringSubmatch(bot.out.String())
		if found != nil {
			address = found[1]
		}
		return found != nil
	})
	s.until("readiness", func() bool { return fetch(t, "http://"+address+"/readyz") == "ok\n" })
	s.command(s.addresses.Users.Approver, "scan")
	s.waitReport()
	s.until("the scan in the metrics", func() bool {
		return strings.Contains(fetch(t, "http://"+address+"/metrics"), `inactivebot_events_total{action="scan",outcome="complete"} 1`)
	})
	check := func(address string) (int, string) {
		p := launch(t, t.TempDir(), []string{"INACTIVEBOT_LISTEN=" + address}, "inactivebot", "healthcheck")
		return p.waitExit(exitTimeout), p.out.String()
	}
	if code, said := check(address); code != 0 || said != "ok\n" {
		t.Errorf("healthcheck ends with %d: %s", code, said)
	}
	bot.terminate()
	if code, said := check(address); code != 1 || !strings.Contains(said, "no response from the bot") {
		t.Errorf("without a bot healthcheck ends with %d: %s", code, said)
	}
	if code, said := check(""); code != 1 || !strings.Contains(said, "INACTIVEBOT_LISTEN is not set") {
		t.Errorf("without an address healthcheck ends with %d: %s", code, said)
	}
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
