package main

import (
	"net"
	"net/http"
)

// localOnly rejects requests with a foreign Host header if the server listens
// on a loopback address. This prevents DNS rebinding, where another site's page
// points its own name to this computer. On other addresses it returns h.
func localOnly(listening net.Addr, h http.Handler) http.Handler {
	if !isLoopback(listening.String()) {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(r.Host) {
			http.Error(w, "only requests from this computer are allowed", http.StatusForbidden)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// isLoopback reports whether a host, with or without a port, is a loopback
// address.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
