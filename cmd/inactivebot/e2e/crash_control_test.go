package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// handledCalls returns how many calls of a method Slack has handled.
func (c *crash) handledCalls(method string) (n int) {
	for _, call := range get[[]fields](c.simulation, c.addresses.SlackControl+"/calls") {
		if call["method"] == method {
			n++
		}
	}
	return n
}

// connected waits until the bot is connected and all earlier presses are
// acknowledged.
func (c *crash) connected() {
	c.t.Helper()
	c.await("a connection", func() string {
		return missing(len(get[[]json.RawMessage](c.simulation, c.addresses.SlackControl+"/connections")) == 1)
	})
	c.await("all acks", func() string {
		return missing(!slices.ContainsFunc(c.acks(), func(a ack) bool { return a.AckedAt == nil && a.Deliveries > 0 && a.Deliveries < 4 }))
	})
}

// await waits until wrong returns an empty string.
func (c *crash) await(what string, wrong func() string) {
	c.t.Helper()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	over := time.After(crashTimeout)
	for {
		why := wrong()
		if why == "" {
			return
		}
		select {
		case <-tick.C:
		case <-over:
			c.t.Fatalf("waited %s for %s: %s", crashTimeout, what, why)
		}
	}
}

// missing returns a reason to wait while holds is false.
func missing(holds bool) string {
	if holds {
		return ""
	}
	return "it has not happened"
}

// send does something in Slack and reports whether the bot acknowledged it. It
// is safe for concurrent use.
func (c *crash) send(path string, body fields) bool {
	return c.request(http.MethodPost, c.addresses.SlackControl+path, body, crashTimeout)
}

// request calls a control API with a timeout and reports whether it succeeded.
func (c *crash) request(method, url string, body any, within time.Duration) bool {
	text, err := json.Marshal(body)
	if err != nil {
		return false
	}
	req, err := http.NewRequest(method, url, bytes.NewReader(text))
	if err != nil {
		return false
	}
	resp, err := (&http.Client{Timeout: within}).Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	var r result
	return err == nil && resp.StatusCode == http.StatusOK && (json.Unmarshal(answer, &r) != nil || r.OK || !bytes.Contains(answer, []byte(`"ok"`)))
}

// button returns the press of a button in the report.
func (c *crash) button(user, action, value string) fields {
	return fields{"user": user, "channel": c.addresses.Channel, "ts": c.report().TS, "action_id": action, "value": value}
}

// openModal presses a button until its modal is open. It returns the modal's
// id.
func (c *crash) openModal(user, action, value, callback string) (id string) {
	c.t.Helper()
	for range 10 {
		c.connected()
		for _, v := range slices.Backward(c.views(user)) {
			post[fields](c.simulation, c.addresses.SlackControl+"/close", fields{"user": user, "view_id": v.ID})
		}
		c.send("/press", c.button(user, action, value))
		for range 400 {
			if all := c.views(user); len(all) > 0 && all[len(all)-1].Callback == callback {
				return all[len(all)-1].ID
			}
			<-time.After(25 * time.Millisecond)
		}
	}
	c.t.Fatalf("no modal %s; %s was answered %s", callback, user, fmt.Sprint(c.ephemeralTexts(user)))
	return ""
}
