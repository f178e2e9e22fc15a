package problem

// CredentialsError is a token or key that was rejected. Retrying cannot help.
type CredentialsError Advice

// Error returns the problem and its fix as sentences.
func (e CredentialsError) Error() string { return Advice(e).String() }

// ConfigError is a mistake in the settings that a check at startup found.
type ConfigError Advice

// Error returns the problem and its fix as sentences.
func (e ConfigError) Error() string { return Advice(e).String() }

// AsFatal returns a [CredentialsError] for an error of the Atlassian API that
// retrying cannot change, and a [DirectoryError] unchanged. It returns nil for
// any other error.
func AsFatal(err error) error {
	switch code := Code(err); code {
	case "key_refused", "forbidden", "not_found":
		return CredentialsError(Advise(code))
	case "directory":
		return err
	}
	return nil
}
