package atlassian

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestNewNamesEveryMistake(t *testing.T) {
	tests := []struct {
		name string
		cfg  Config
		want []string // parts of the error; nil if the configuration is valid.
	}{
		{"least", Config{OrgID: testOrg, APIKey: testKey}, nil},
		{"nothing", Config{}, []string{"organisation id is missing", "API key is missing"}},
		{"a path for an id", Config{OrgID: "a/../b", APIKey: testKey}, []string{"organisation id"}},
		{"a key with a line break", Config{OrgID: testOrg, APIKey: testKey + "\n"}, []string{"API key contains"}},
		{"no scheme", Config{BaseURL: "api.test", OrgID: testOrg, APIKey: testKey}, []string{"must start with https"}},
		{"not a URL", Config{BaseURL: "http://a b" + testKey, OrgID: testOrg, APIKey: testKey}, []string{"cannot be parsed"}},
		{"a password", Config{BaseURL: "https://u:" + testKey + "@api.test", OrgID: testOrg, APIKey: testKey}, []string{"must not contain a user"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(tt.cfg)
			if (err != nil) != (len(tt.want) > 0) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			for _, part := range tt.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("got %q, want %q in it", err, part)
				}
			}
			if err != nil && strings.Contains(err.Error(), testKey) {
				t.Errorf("the error contains the key: %q", err)
			}
		})
	}
}

func TestNothingPrintsTheKey(t *testing.T) {
	cfg := Config{OrgID: testOrg, APIKey: testKey, BaseURL: "https://u:" + testKey + "@api.test"}
	c, err := New(Config{OrgID: testOrg, APIKey: testKey})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{cfg, &cfg, c, struct{ Config }{cfg}, struct{ C Config }{cfg}, []Config{cfg}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			got := fmt.Sprintf(verb, v)
			if strings.Contains(got, testKey) || strings.Contains(got, fmt.Sprintf("%x", testKey)) {
				t.Errorf("%s of %T contains the key: %s", verb, v, got)
			}
		}
	}
	cfg.BaseURL = ""
	b, err := json.Marshal(cfg)
	if err != nil || strings.Contains(string(b), testKey) {
		t.Errorf("JSON contains the key or fails: %s, %v", b, err)
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTransportErrorThatRepeatsTheKey(t *testing.T) {
	leaks := transport(func(r *http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("proxy refused %v", r.Header)
	})
	c, err := New(Config{OrgID: testOrg, APIKey: testKey, Transport: leaks})
	if err != nil {
		t.Fatal(err)
	}
	err = c.Suspend(context.Background(), testDirectory, testAccount)
	if KindOf(err) != KindTransport || secretFree(err) != nil {
		t.Errorf("got %v, want a transport error without the key", err)
	}
}
