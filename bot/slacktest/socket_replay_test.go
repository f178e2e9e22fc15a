package slacktest_test

import (
	"reflect"
	"testing"

	"inactivebot/bot/slacktest"
)

// TestReplay checks that the same payload is delivered once more, with the ack of that delivery.
func TestReplay(t *testing.T) {
	a := serve(t, slacktest.Options{})
	ws, _ := a.dial(t)
	results := make(chan slacktest.Result, 1)
	go func() { results <- a.Command(slacktest.Command{User: a.Users.Approver, Text: "help"}) }()
	first := next(t, ws)
	_ = ws.WriteJSON(answer{"envelope_id": first["envelope_id"], "payload": answer{"text": "first"}})
	if r := <-results; !r.OK || string(r.Response) != `{"text":"first"}` {
		t.Fatalf("command: %+v", r)
	}
	status := make(chan answer, 1)
	go func() {
		_, got := a.send(t, "POST", "/_control/envelope", "application/json", "", `{"replay":"`+first["envelope_id"].(string)+`"}`)
		status <- got
	}()
	again := next(t, ws)
	if again["envelope_id"] != first["envelope_id"] || !reflect.DeepEqual(again["payload"], first["payload"]) {
		t.Errorf("replayed %v, want %v", again, first)
	}
	_ = ws.WriteJSON(answer{"envelope_id": again["envelope_id"]})
	if got := <-status; got["ok"] != true || got["response"] != nil {
		t.Errorf("result %v, want ok and no response", got)
	}
	if acks := a.Acks(); len(acks) != 1 || acks[0].Deliveries != 2 {
		t.Errorf("ledger %+v, want one envelope with two deliveries", acks)
	}
}

// TestReplayWithoutConnection checks that a replay fails at once when no app is connected, and leaves the ledger as it
// was.
func TestReplayWithoutConnection(t *testing.T) {
	a := serve(t, slacktest.Options{})
	ws, _ := a.dial(t)
	go relay(ws, make(chan answer, 1))
	a.Command(slacktest.Command{User: a.Users.Approver, Text: "help"})
	if err := a.Disconnect(slacktest.Disconnect{Reason: "cut"}); err != nil {
		t.Fatal(err)
	}
	before := a.Acks()
	r, err := a.Envelope(slacktest.Envelope{Replay: before[0].ID})
	if err != nil || r.Error != "dispatch_failed" {
		t.Errorf("replay: %+v, %v; want dispatch_failed", r, err)
	}
	if after := a.Acks(); after[0].AckedAt == nil || after[0].Deliveries != 1 {
		t.Errorf("ledger %+v, want it unchanged", after)
	}
	if _, err := a.Envelope(slacktest.Envelope{Replay: "unknown"}); err == nil {
		t.Error("an unknown envelope was replayed")
	}
}
