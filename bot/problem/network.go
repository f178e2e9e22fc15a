package problem

import (
	"crypto/tls"
	"errors"
	"net"
)

// NetworkCode returns the code of why a service did not answer.
func NetworkCode(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "proxyconnect" {
		return "no_proxy"
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "no_name"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "not_trusted"
	}
	return "no_answer"
}

// networkCauses describes the codes of [NetworkCode] of which the cause is known.
var networkCauses = map[string]struct{ cause, fix string }{
	"no_proxy":    {"the proxy in HTTPS_PROXY cannot be reached", "check the proxy and its address in HTTPS_PROXY"},
	"no_name":     {"DNS cannot resolve its host name", "check DNS on this machine, or set HTTPS_PROXY if outbound traffic needs a proxy"},
	"not_trusted": {"this machine does not trust its certificate", "set SSL_CERT_FILE to a PEM file with the CA that your proxy uses"},
}

// NetworkCause returns why a service did not answer, to be read after a colon,
// and what to do. Both are empty if the cause is not known.
func NetworkCause(code string) (cause, fix string) {
	known := networkCauses[code]
	return known.cause, known.fix
}
