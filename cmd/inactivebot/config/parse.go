package config

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/rs/zerolog"

	"inactivebot/atlassian"
)

// A reader parses a value into its field. It returns the problem, without the
// value.
type reader = func(value string) (problem string)

func text(into *string) reader {
	return func(value string) string {
		*into = value
		return ""
	}
}

// credential reads a secret that goes into an HTTP header.
func credential(into *Secret, prefix string) reader {
	return func(value string) string {
		switch {
		case !strings.HasPrefix(value, prefix) || value == prefix:
			return "must be a token that begins with " + prefix
		case strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }):
			return "must be one word of plain letters, digits and signs"
		}
		*into = NewSecret(value)
		return ""
	}
}

func number(into *int, least, most int) reader {
	return func(value string) string {
		n, err := strconv.Atoi(value)
		if err != nil || n < least || n > most {
			return fmt.Sprintf("must be a whole number from %d to %d", least, most)
		}
		*into = n
		return ""
	}
}

func boolean(into *bool) reader {
	return func(value string) string {
		b, err := strconv.ParseBool(value)
		if err != nil {
			return "must be true or false"
		}
		*into = b
		return ""
	}
}

func duration(into *time.Duration, least time.Duration) reader {
	return func(value string) string {
		d, err := time.ParseDuration(value)
		if err != nil || d < least {
			return fmt.Sprintf("must be a time with its unit (h, m or s), such as 168h, of at least %s", short(least))
		}
		*into = d
		return ""
	}
}

// short writes a round duration without its zeros: 720h, not 720h0m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// date reads a day as its first moment in UTC.
func date(into *time.Time) reader {
	return func(value string) string {
		day, err := time.Parse(time.DateOnly, value)
		if err != nil {
			return "must be a date in the form YYYY-MM-DD"
		}
		*into = day
		return ""
	}
}

func choice(into *string, choices ...string) reader {
	return func(value string) string {
		if !slices.Contains(choices, value) {
			return "must be " + strings.Join(choices, " or ")
		}
		*into = value
		return ""
	}
}

func level(into *zerolog.Level) reader {
	return func(value string) string {
		l, err := zerolog.ParseLevel(value)
		if err != nil || l < zerolog.DebugLevel || l > zerolog.ErrorLevel {
			return "must be debug, info, warn or error"
		}
		*into = l
		return ""
	}
}

// address reads the base of an API, with exactly the ending that its client
// expects.
func address(into *string, ending string) reader {
	return func(value string) string {
		u, err := url.Parse(value)
		if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
			return "must be an address that begins with https://"
		}
		if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return "must be an address without a user, a query or a fragment"
		}
		*into = strings.TrimRight(value, "/") + ending
		return ""
	}
}

// listen reads the address of a server. Without a host it is loopback only.
func listen(into *string) reader {
	return func(value string) string {
		host, port, err := net.SplitHostPort(value)
		if _, portErr := strconv.ParseUint(port, 10, 16); err != nil || portErr != nil {
			return "must be host:port with a numeric port"
		}
		if host == "" {
			host = "127.0.0.1"
		}
		*into = net.JoinHostPort(host, port)
		return ""
	}
}

// schedule reads a cron expression. It refuses one that never fires, such as
// the 30th of February, and a time zone with nothing after it, on which the
// parser panics.
func schedule(into *string) reader {
	return func(value string) string {
		const form = "must be a cron expression of five fields, such as CRON_TZ=Europe/Berlin 0 9 * * MON"
		if strings.Contains(value, "TZ=") && !strings.Contains(value, " ") {
			return form
		}
		s, err := cron.ParseStandard(value)
		switch {
		case err != nil && strings.Contains(err.Error(), "bad location"):
			return "names a time zone that does not exist; " + form
		case err != nil:
			return form
		case s.Next(time.Now()).IsZero():
			return "never occurs; " + form
		}
		*into = value
		return ""
	}
}

// segmentForm matches an id that is safe in a URL's path. It does not match a lone
// "-", which means every directory.
var segmentForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]*$`)

func pathSegment(into *string) reader {
	return func(value string) string {
		if !segmentForm.MatchString(value) {
			return "must be an id of letters, digits and hyphens"
		}
		*into = value
		return ""
	}
}

var productForm = regexp.MustCompile(`^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$`)

func productKey(into *string) reader {
	return func(value string) string {
		if !productForm.MatchString(value) {
			return "must be a product's key, such as confluence"
		}
		*into = atlassian.ProductKey(value)
		return ""
	}
}
