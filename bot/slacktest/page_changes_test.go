package slacktest_test

import (
	"bufio"
	"context"
	"html/template"
	"net/http"
	"strings"
	"testing"
	"time"

	"inactivebot/bot/slacktest"
)

// stream reads the page's server-sent events until the test ends.
func (a *app) stream(t *testing.T) <-chan string {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url+"/changes", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("content type %q", got)
	}
	events, done := make(chan string), make(chan struct{})
	go func() {
		defer close(done)
		defer close(events)
		var event strings.Builder
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			if lines.Text() != "" {
				event.WriteString(lines.Text() + ";")
				continue
			}
			select {
			case events <- event.String():
			case <-ctx.Done():
				return
			}
			event.Reset()
		}
	}()
	t.Cleanup(func() {
		stop()
		<-done
		_ = response.Body.Close()
	})
	return events
}

func TestPageIsToldOfChanges(t *testing.T) {
	moved := make(chan chan struct{}, 1)
	now := make(chan struct{})
	moved <- now
	a := serve(t, slacktest.Options{NoRateLimits: true, Panel: &slacktest.Panel{
		Draw:    func() (template.HTML, error) { return "", nil },
		Handler: http.NotFoundHandler(),
		Changes: func() <-chan struct{} {
			current := <-moved
			moved <- current
			return current
		},
	}})
	events := a.stream(t)
	if got := <-events; !strings.Contains(got, "data: changed") {
		t.Errorf("first event %q", got)
	}
	a.report(t)
	if got := <-events; got != "data: changed;" {
		t.Errorf("event after a message: %q", got)
	}
	<-moved
	moved <- make(chan struct{})
	close(now)
	for got := range events {
		if got == "event: panel;data: changed;" {
			return
		}
		if got != "data: changed;" {
			t.Errorf("event after a change of the panel: %q", got)
		}
	}
	t.Error("the stream ended without an event for the panel's change")
}
