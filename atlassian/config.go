package atlassian

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// DefaultBaseURL is the address of Atlassian's API.
const DefaultBaseURL = "https://api.atlassian.com"

// Config configures a [Client]. Formatting it redacts the key.
type Config struct {
	// BaseURL is the address without /admin, for a simulator or a proxy. Empty
	// means [DefaultBaseURL].
	BaseURL string
	OrgID   string
	// APIKey is an organisation API key that was created without scopes.
	APIKey string `json:"-"`
	// Transport sends the requests. Nil means a copy of http.DefaultTransport.
	Transport http.RoundTripper `json:"-"`
	// UserAgent is sent with every request. Empty means "inactivebot".
	UserAgent string
	// Observe is called after every request, in the goroutine of the caller. It
	// must not block. Nil means no observer.
	Observe func(Call) `json:"-"`
}

// Format prints the configuration for any verb and redacts the key.
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

// check returns the parsed base URL, or all errors joined. The errors do not
// contain the values, which may be secret.
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
		return nil, errors.New("the base URL must start with https:// or http:// and contain a host")
	case u.User != nil, u.RawQuery != "", u.Fragment != "":
		return nil, errors.New("the base URL must not contain a user, a query or a fragment")
	}
	return u, nil
}

func checkKey(key string) error {
	if key == "" {
		return errors.New("the API key is missing")
	}
	if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("the API key contains a space, a line break or a non-ASCII character")
	}
	return nil
}
