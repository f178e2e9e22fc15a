package main

import (
	"net"
	"net/http"
)

// localOnly refuses requests that call this computer by another name than its
// own, where nothing but this computer is meant to ask. A web page somewhere
// else could otherwise let its own name lead here and press the buttons. What
// listens for other computers too is served as it is.
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

// isLoopback reports whether a host, with or without a port, is this computer.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
