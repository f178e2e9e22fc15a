package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"inactivebot/bot/monitor"
	"inactivebot/cmd/inactivebot/config"
)

type healthcheckCommand struct{}

// healthcheckWithin is the timeout of the request.
const healthcheckWithin = 3 * time.Second

// Run requests /healthz at INACTIVEBOT_LISTEN, for the health check of a container.
// The image contains no other program that can send a request.
func (healthcheckCommand) Run(p *program) error {
	c, err := config.Load(config.NeedNothing, p.sources)
	if err != nil {
		return err
	}
	if c.Listen == "" {
		return errors.New("INACTIVEBOT_LISTEN is not set. Set it to an address such as 127.0.0.1:9090")
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("INACTIVEBOT_LISTEN: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	req, err := http.NewRequestWithContext(p.ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+monitor.HealthPath, nil)
	if err != nil {
		return err
	}
	resp, err := (&http.Client{Timeout: healthcheckWithin}).Do(req)
	if err != nil {
		return fmt.Errorf("no response from the bot at %s. It is not running, or it listens on another address", c.Listen)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the bot is unhealthy: HTTP status %d", resp.StatusCode)
	}
	fmt.Fprintln(p.stdout, "ok")
	return nil
}
