// Package monitor tells programs how the bot is: Prometheus metrics counted as
// things happen (metrics.go, refused.go), metrics read from the database when
// they are asked for (collector.go), and the server of /healthz, /readyz and
// /metrics (server.go). Labels are words of the code and numbers, never ids,
// names or texts.
package monitor
