package problem

import (
	"errors"

	"inactivebot/atlassian"
)

// CredentialsError is a token or key that is refused; waiting cannot help. Its
// text says what to do.
type CredentialsError struct{ Fix string }

func (e CredentialsError) Error() string { return e.Fix }

// ConfigError is a mistake in the settings that Slack revealed at the start.
// Its text says what is wrong and what to do.
type ConfigError struct{ Fix string }

func (e ConfigError) Error() string { return e.Fix }

// AsFatal returns an error of the Atlassian API as a [CredentialsError] or a
// [DirectoryError], and nil where waiting may help.
func AsFatal(err error) error {
	if _, ok := errors.AsType[DirectoryError](err); ok {
		return err
	}
	switch atlassian.KindOf(err) {
	case atlassian.KindUnauthorized:
		return CredentialsError{"Atlassian refuses the API key (ATLASSIAN_API_KEY): make a new one without scopes at admin.atlassian.com → Settings → API keys"}
	case atlassian.KindForbidden:
		return CredentialsError{"the API key (ATLASSIAN_API_KEY) may not manage this organisation: an organisation admin must make it, without scopes, at admin.atlassian.com → Settings → API keys"}
	case atlassian.KindNotFound:
		return CredentialsError{"Atlassian knows no such organisation (ATLASSIAN_ORG_ID): copy it from admin.atlassian.com → Settings → API keys"}
	}
	return nil
}
