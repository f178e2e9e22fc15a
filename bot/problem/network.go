package problem

import (
	"crypto/tls"
	"errors"
	"net"
)

// NetworkCode returns a code for why a service did not answer, for
// [NetworkText].
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

// NetworkText continues "does not answer:". It is empty if the cause is not
// known.
func NetworkText(code string) string {
	switch code {
	case "no_proxy":
		return "the proxy that HTTPS_PROXY names cannot be reached"
	case "no_name":
		return "this machine's DNS does not find it (set HTTPS_PROXY where only a proxy leads outside)"
	case "not_trusted":
		return "its certificate is from nobody this machine trusts (SSL_CERT_FILE names the file of a CA of your own)"
	}
	return ""
}
