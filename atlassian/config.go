package atlassian

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// DefaultBaseURL is where the API lives.
const DefaultBaseURL = "https://api.atlassian.com"

// Config is what a client needs. It prints without the key.
type Config struct {
	// BaseURL has no /admin; empty means [DefaultBaseURL]. Other for a simulator
	// or a proxy.
	BaseURL string
	OrgID   string
	// APIKey is an organisation's API key, made without scopes.
	APIKey string `json:"-"`
	// Transport sends the requests; nil means one like http.DefaultTransport.
	Transport http.RoundTripper `json:"-"`
	// UserAgent is sent with every request; empty means "inactivebot".
	UserAgent string
	// Observe is told of every request once it has been judged; nil means nobody.
	// It is called from the goroutine of the call and must be quick.
	Observe func(Call) `json:"-"`
}

// Format prints the configuration for any verb, with the key redacted.
func (c Config) Format(f fmt.State, _ rune) {
	key := ""
	if c.APIKey != "" {
		key = "[redacted]"
	}
	base := c.BaseURL
	if u, err := url.Parse(base); err == nil {
		base = u.Redacted()
	} else {
		base = "[not a URL]"
	}
	fmt.Fprintf(f, "{BaseURL:%q OrgID:%q APIKey:%s UserAgent:%q}", base, c.OrgID, key, c.UserAgent)
}

// check returns the parsed base URL or all mistakes, none of which repeats a
// value that may be secret.
func (c Config) check() (*url.URL, error) {
	base, err := parseBase(c.BaseURL)
	return base, errors.Join(err, checkID("organisation id", c.OrgID), checkKey(c.APIKey))
}

func parseBase(s string) (*url.URL, error) {
	if s == "" {
		s = DefaultBaseURL
	}
	u, err := url.Parse(strings.TrimRight(s, "/"))
	switch {
	case err != nil:
		return nil, errors.New("the base URL cannot be parsed")
	case u.Scheme != "https" && u.Scheme != "http", u.Host == "":
		return nil, errors.New("the base URL has to begin with https:// or http:// and name a host")
	case u.User != nil, u.RawQuery != "", u.Fragment != "":
		return nil, errors.New("the base URL must not hold a user, a query or a fragment")
	}
	return u, nil
}

func checkKey(key string) error {
	if key == "" {
		return errors.New("the API key is missing")
	}
	if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("the API key holds a space, a line break or a character outside ASCII")
	}
	return nil
}
