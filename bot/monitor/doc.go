// Package monitor provides Prometheus metrics and health checks: metrics counted in
// memory (metrics.go, refused.go), metrics read from the database on request
// (collector.go), and the server of /healthz, /readyz and /metrics (server.go).
// Labels are code values and numbers, never ids, names or texts.
package monitor
