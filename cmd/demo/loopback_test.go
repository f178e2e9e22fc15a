package main

import (
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestOnlyThisComputerMayAsk(t *testing.T) {
	answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	s, err := serve("127.0.0.1:0", answer)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	_, port, _ := strings.Cut(strings.TrimPrefix(s.url, "http://"), ":")
	for host, want := range map[string]int{
		"127.0.0.1:" + port: http.StatusOK, "localhost:" + port: http.StatusOK, "[::1]:" + port: http.StatusOK,
		"attacker.example:" + port: http.StatusForbidden, "127.0.0.1.attacker.example": http.StatusForbidden, "192.0.2.7": http.StatusForbidden,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = host
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: status %d, want %d", host, response.StatusCode, want)
		}
	}
}

func TestOthersMayAskWhereTheyAreMeantTo(t *testing.T) {
	asked := false
	guarded := localOnly(&net.TCPAddr{IP: net.IPv4zero, Port: 80}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://demo.example/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	guarded.ServeHTTP(discard{http.Header{}}, request)
	if !asked {
		t.Error("the handler was not called")
	}
}

// TestListenIsLoopbackByDefault checks that the demo is not reachable from
// other computers by default.
func TestListenIsLoopbackByDefault(t *testing.T) {
	source, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile("Listen +string +`default:\"([^\"]+)\"").FindSubmatch(source)
	if address == nil || !isLoopback(string(address[1])) {
		t.Errorf("the default of --listen is %q", address)
	}
}

// TestHintsAreTheCommandsOfREADME checks that the completions match the
// commands in README.
func TestHintsAreTheCommandsOfREADME(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	explained := map[string]bool{"help": true}
	for _, line := range regexp.MustCompile("(?m)^\\| (`/inactive .*?)\\|").FindAllSubmatch(readme, -1) {
		for _, command := range regexp.MustCompile("`/inactive ([a-z]+)").FindAllSubmatch(line[1], -1) {
			explained[string(command[1])] = true
		}
	}
	hinted := map[string]bool{}
	for _, h := range completions {
		word, _, _ := strings.Cut(h.Text, " ")
		hinted[word] = true
		if !explained[word] {
			t.Errorf("completions.go has %s, which is not in README's table of commands", word)
		}
	}
	for word := range explained {
		if !hinted[word] {
			t.Errorf("README has /inactive %s, which is not in completions.go", word)
		}
	}
}
