package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"inactivebot/storage"
)

// kills is how often the bot is killed; CI asks for more.
var kills = flag.Int("kills", 12, "how often to kill the bot")

const (
	// killsARound is how often it is killed within one suspension, and again
	// within the undoing of it.
	killsARound = 12
	killed      = 25 // people of one batch.
)

// killing is a stage on which the bot is killed again and again.
type killing struct {
	*stage
	dice  *rand.Rand
	bot   *process
	left  int // kills still to come.
	kills int
}

// TestKills kills the bot at random moments and while its calls are under way,
// and checks each time that nothing acknowledged is lost, nobody is suspended
// twice or without approval, and the audit log is whole.
func TestKills(t *testing.T) {
	dice := rand.New(rand.NewPCG(7, 11))
	for done, round := 0, 1; done < *kills; round++ {
		t.Run(fmt.Sprint("round ", round), func(t *testing.T) {
			k := &killing{stage: simulated(t, "--no-bot", "--users", "250", "--candidates", fmt.Sprint(100*killed/250)), dice: dice}
			k.round(min(killsARound, *kills-done))
			done += k.kills
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("killed %d times", *kills)
}

// round suspends everybody of a report but one, and undoes it, between kills.
func (k *killing) round(n int) {
	k.t.Helper()
	ada := k.where.Users.Approver
	k.bot = k.serve(patientSettings...)
	k.command(ada, "scan")
	rows, listed := k.reported()
	k.press(ada, "exclude", rows[0])
	k.press(ada, "suspend_all", "")
	k.submit(ada, "suspend_confirm")
	approved := sorted(k.approved(listed[0]))
	for k.left = (n + 1) / 2; k.left > 0; k.left-- {
		k.killOnce(approved)
	}
	k.until("everybody approved to be suspended", func() bool { return slices.Equal(k.suspended(), approved) })
	k.until("the message to be true", func() bool { return len(k.report().buttons("undo_batch")) == 1 })
	k.connections(1)
	k.press(ada, "undo_batch", "")
	k.submit(ada, "undo_confirm")
	for k.left = n / 2; k.left > 0; k.left-- {
		k.killOnce(approved)
	}
	k.until("everybody to be restored", func() bool { return len(k.suspended()) == 0 && len(k.report().buttons("restore")) == 0 })
	k.postedOnce()
}

// patientSettings let one approver suspend everybody at once, and settle fast.
var patientSettings = []string{"INACTIVEBOT_SETTLE=1s", "INACTIVEBOT_MAX_SUSPEND=500", "INACTIVEBOT_MAX_SUSPEND_PERCENT=100"}

// approved are the people of the batch as the bot has them on disk after the
// ack: everybody listed but the one who was excluded.
func (k *killing) approved(excluded string) (all []string) {
	k.t.Helper()
	k.bot.kill()
	k.kills++
	k.onDisk(func(s *storage.Store) error {
		b, err := s.Batch(1)
		if err != nil {
			return fmt.Errorf("the acknowledged approval is lost: %w", err)
		}
		steps, err := s.Steps(b)
		for _, st := range steps {
			all = append(all, st.AccountID)
		}
		return err
	})
	if len(all) != killed-1 || slices.Contains(all, excluded) {
		k.t.Fatalf("%d people are approved, want %d without the excluded one", len(all), killed-1)
	}
	k.bot = launch(k.t, k.dir, k.settings(patientSettings...), "inactivebot", "serve")
	return all
}

// killOnce lets the bot work for a moment, or until a call of its is under way,
// kills it, looks, and starts it again.
func (k *killing) killOnce(approved []string) {
	k.t.Helper()
	if k.dice.IntN(3) == 0 {
		<-time.After(time.Duration(20+k.dice.IntN(400)) * time.Millisecond)
	} else {
		k.hold()
	}
	k.bot.kill()
	k.kills++
	k.release()
	k.onDisk(func(s *storage.Store) error { _, err := s.Verify(""); return err })
	for account, p := range k.truth() {
		if p.Suspends > 1 || p.Suspends > 0 && !slices.Contains(approved, account) {
			k.t.Fatalf("%s was suspended %d times; approved: %t", account, p.Suspends, slices.Contains(approved, account))
		}
	}
	k.bot = launch(k.t, k.dir, k.settings(patientSettings...), "inactivebot", "serve")
}

// hold waits until a call of a route drawn at random is under way, before its
// effect or after it, for as long as that takes.
func (k *killing) hold() {
	k.t.Helper()
	cut := []string{"before", "after"}[k.dice.IntN(2)]
	control, fault := k.where.AtlassianControl, fields{
		"route": []string{"POST suspend", "POST restore", "POST users/search", "GET last-active-dates"}[k.dice.IntN(4)],
		"skip":  k.dice.IntN(3), "count": 1, "hold": true, "cut": cut,
	}
	if k.dice.IntN(4) == 0 {
		control, fault = k.where.SlackControl, fields{"method": []string{"chat.update", "chat.postMessage"}[k.dice.IntN(2)], "count": 1, "hold": true}
	}
	k.send(http.MethodPost, control+"/faults", fault)
	k.send(http.MethodGet, control+"/held", nil)
}

// release lets held calls go and takes the faults back.
func (k *killing) release() {
	k.t.Helper()
	for _, control := range []string{k.where.AtlassianControl, k.where.SlackControl} {
		k.send(http.MethodDelete, control+"/faults", nil)
		k.send(http.MethodPost, control+"/release", nil)
	}
}

// send calls a control API and waits for the answer, but not for long: a call
// that never comes is never held.
func (k *killing) send(method, url string, body any) {
	k.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		k.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(k.t.Context(), method, url, bytes.NewReader(text))
	if err != nil {
		k.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := (&http.Client{Timeout: 1500 * time.Millisecond}).Do(req)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
}

// onDisk reads the database of a bot that was killed.
func (k *killing) onDisk(read func(*storage.Store) error) {
	k.t.Helper()
	s, err := storage.Open(filepath.Join(k.dir, "inactivebot.db"))
	if err != nil {
		k.t.Fatalf("after kill %d: %v", k.kills, err)
	}
	if err := errors.Join(read(s), s.Close()); err != nil {
		k.t.Fatalf("after kill %d: %v", k.kills, err)
	}
}

// postedOnce fails when a message of the bot stands in the channel twice.
func (k *killing) postedOnce() {
	k.t.Helper()
	seen := map[string]int{}
	for _, m := range get[[]struct {
		Metadata struct {
			Event   string         `json:"event_type"`
			Payload map[string]any `json:"event_payload"`
		} `json:"metadata"`
	}](k.stage, k.where.SlackControl+"/messages?channel="+k.where.Channel) {
		if m.Metadata.Event != "" {
			seen[fmt.Sprint(m.Metadata.Event, m.Metadata.Payload["id"])]++
		}
	}
	for id, n := range seen {
		if n > 1 {
			k.t.Errorf("%s was posted %d times", id, n)
		}
	}
}
