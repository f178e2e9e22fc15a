package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
)

// Host names of the services. No DNS server resolves them.
const (
	slackHost     = "slack.invalid"
	atlassianHost = "atlassian.invalid"
)

// proxyNetwork is a network in which the services are reachable only through a
// proxy, with certificates of a private CA.
type proxyNetwork struct {
	slack *slacktest.Server
	org   *atlassiantest.Server
	proxy string // the proxy's URL.
	ca    string // the path of the CA certificate.
	env   []string

	mu      sync.Mutex
	behind  map[string]string // host:port → real address.
	tunnels map[string]int    // host:port → number of connections.
}

func newProxyNetwork(t *testing.T) *proxyNetwork {
	t.Helper()
	o := &proxyNetwork{
		slack: slacktest.New(slacktest.Options{}), org: atlassiantest.New(atlassiantest.Options{Users: 60}),
		ca: filepath.Join(t.TempDir(), "ca.pem"), behind: map[string]string{}, tunnels: map[string]int{},
	}
	certificate := o.certificate(t)
	for host, h := range map[string]http.Handler{slackHost: o.slack, atlassianHost: o.org} {
		s := httptest.NewUnstartedServer(h)
		s.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
		s.Config.ErrorLog = nil
		s.StartTLS()
		t.Cleanup(s.Close)
		o.behind[host+":443"] = s.Listener.Addr().String()
	}
	t.Cleanup(o.slack.Close)
	proxy := httptest.NewServer(o)
	t.Cleanup(proxy.Close)
	o.proxy = proxy.URL
	o.env = []string{
		"SLACK_BOT_TOKEN=" + o.slack.BotToken, "SLACK_APP_TOKEN=" + o.slack.AppToken, "SLACK_API_URL=https://" + slackHost + "/api/",
		"ATLASSIAN_ORG_ID=" + o.org.OrgID, "ATLASSIAN_API_KEY=" + o.org.APIKey, "ATLASSIAN_API_URL=https://" + atlassianHost,
		"INACTIVEBOT_CHANNEL=" + o.slack.Channel, "INACTIVEBOT_APPROVERS=" + o.slack.Users.Approver,
	}
	return o
}

// certificate returns a self-signed certificate for both services and writes it
// to the CA file.
func (o *proxyNetwork) certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{slackHost, atlassianHost}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err == nil {
		err = os.WriteFile(o.ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// ServeHTTP is the proxy. It forwards CONNECT to the services' real addresses.
func (o *proxyNetwork) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	address, ok := o.behind[r.Host]
	o.tunnels[r.Host]++
	o.mu.Unlock()
	if r.Method != http.MethodConnect || !ok {
		http.Error(w, "only the two services are allowed", http.StatusForbidden)
		return
	}
	out, err := net.Dial("tcp", address)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer out.Close()
	in, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer in.Close()
	if _, err := io.WriteString(in, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
		return
	}
	ended := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{in, out}, {out, in}} {
		go func() {
			_, _ = io.Copy(way[0], way[1])
			ended <- struct{}{}
		}()
	}
	<-ended
}

// TestProxyAndOwnCA checks that Slack's Web API, its WebSocket and Atlassian
// all work through a proxy, with a CA that only SSL_CERT_FILE names.
func TestProxyAndOwnCA(t *testing.T) {
	t.Parallel()
	o := newProxyNetwork(t)
	bot := launch(t, t.TempDir(), append(o.env, "HTTPS_PROXY="+o.proxy, "SSL_CERT_FILE="+o.ca), "inactivebot", "serve")
	s := &simulation{t: t}
	s.until("the WebSocket", func() bool { return len(o.slack.Connections()) == 1 })
	o.slack.Command(slacktest.Command{User: o.slack.Users.Approver, Channel: o.slack.Channel, Command: "/inactive", Text: "scan"})
	s.until("the report", func() bool {
		for _, m := range o.slack.Messages(o.slack.Channel) {
			if strings.Contains(m.Text, "have not used Confluence") {
				return true
			}
		}
		return false
	})
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.tunnels[slackHost+":443"] < 2 || o.tunnels[atlassianHost+":443"] < 1 {
		t.Errorf("the proxy was used for %v, want Slack's API and WebSocket, and Atlassian", o.tunnels)
	}
	if bot.exited() {
		t.Error("the bot has ended")
	}
}

// TestNetworkThatLeadsNowhere checks that doctor names the cause of a network
// problem, and that serve waits until it is fixed.
func TestNetworkThatLeadsNowhere(t *testing.T) {
	t.Parallel()
	o := newProxyNetwork(t)
	closedPort, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := closedPort.Close(); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		env  []string
		want string
	}{
		"no DNS":     {nil, "DNS cannot resolve its host name"},
		"no proxy":   {[]string{"HTTPS_PROXY=http://" + closedPort.Addr().String()}, "the proxy in HTTPS_PROXY cannot be reached"},
		"an own CA":  {[]string{"HTTPS_PROXY=" + o.proxy}, "this machine does not trust its certificate"},
		"another CA": {[]string{"HTTPS_PROXY=" + o.proxy, "SSL_CERT_FILE=/dev/null"}, "this machine does not trust its certificate"},
	}
	type pair struct{ bot, doctor *process }
	started := map[string]pair{}
	for name, test := range tests { // start all at once, because each waits long.
		env := slices.Concat(o.env, test.env)
		started[name] = pair{launch(t, t.TempDir(), env, "inactivebot", "serve"), launch(t, t.TempDir(), env, "inactivebot", "doctor")}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			bot, doctor := started[name].bot, started[name].doctor
			doctor.waitExit(waitTimeout)
			for _, service := range []string{"The request to Slack failed: ", "Atlassian does not answer: "} {
				if !strings.Contains(doctor.out.String(), service+test.want) {
					t.Errorf("the output of doctor does not contain %q", service+test.want)
				}
			}
			(&simulation{t: t}).until("serve to say so", func() bool { return strings.Contains(bot.out.String(), "no answer at start") })
			if bot.exited() {
				t.Error("the bot has ended")
			}
		})
	}
}
