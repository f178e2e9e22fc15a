package acceptance_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// newlyInactive makes n active people inactive for 200 days.
func (w *world) newlyInactive(n int) {
	w.t.Helper()
	long := time.Now().AddDate(0, 0, -200)
	for _, p := range w.org.AllPeople() {
		if n == 0 {
			return
		}
		used := len(p.ProductAccess) == 1 && p.ProductAccess[0].Key == "confluence" && p.ProductAccess[0].LastActive != nil
		if !used || !p.AddedToOrg.Before(long) || len(p.PlatformRoles) > 0 || p.Status != "active" || p.ManagementSource == "synced" || unused(p, time.Now()) {
			continue
		}
		w.org.ChangePerson(p.AccountID, func(p *atlassiantest.Person) { p.ProductAccess[0].LastActive = &long })
		n--
	}
	w.t.Fatal("not enough active people")
}

// putBack stops the bot, replaces its database with a file, and starts it again.
func (w *world) putBack(file string) {
	w.t.Helper()
	w.stop()
	body, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(w.path, body, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.start()
}

// messageAt returns the message with a timestamp.
func (w *world) messageAt(ts string) slacktest.Message {
	w.t.Helper()
	for _, m := range w.slack.Messages(w.settings.Channel) {
		if m.TS == ts {
			return m
		}
	}
	w.t.Fatalf("no message %s", ts)
	return slacktest.Message{}
}

// anyButtons returns the action ids of all buttons of a message.
func anyButtons(m slacktest.Message) (ids []string) {
	for _, action := range []string{"suspend_all", "exclude", "undo_exclude", "restore", "undo_batch", "restore_somebody", "stop", "resume", "close", "second_approve", "override", "browse", "lanes", "scan_again"} {
		if len(buttons(m, action)) > 0 {
			ids = append(ids, action)
		}
	}
	return ids
}

// TestCaseA1 presses a second approval in a message from before a backup was put
// back, whose report and batch have numbers that the database has given again. It
// is refused, and the message loses its buttons.
func TestCaseA1(t *testing.T) {
	t.Parallel()
	inWorld(t, manyCandidates, twoApprovers, func(w *world) {
		ben := w.slack.Users.Approver2
		backup := filepath.Join(t.TempDir(), "backup.db")
		if err := w.store.Backup(backup, false, time.Now()); err != nil {
			t.Fatal(err)
		}
		w.requestSecondApproval()
		old := w.report()
		value := buttons(old, "second_approve")[0]
		w.pass(time.Minute)
		w.putBack(backup)
		w.newlyInactive(12)
		w.command(w.slack.Users.Approver, "scan")
		w.overrideAsTwo()
		w.approveAsFirst()
		if same := buttons(w.report(), "second_approve")[0]; bareValue(same)[:2] != bareValue(value)[:2] {
			t.Fatalf("the new batch is %s, not %s again: the test is void", same, value)
		}
		w.slack.Press(slacktest.Press{User: ben, Channel: w.settings.Channel, TS: old.TS, ActionID: "second_approve", Value: value})
		w.pass(time.Minute)
		w.checkLastAnswer(ben, "restored from a backup after it was posted. Nothing was changed")
		if len(w.slack.Views(ben)) != 0 || len(w.suspended()) != 0 {
			t.Errorf("%d modals are open and %d people suspended", len(w.slack.Views(ben)), len(w.suspended()))
		}
		if got := anyButtons(w.messageAt(old.TS)); len(got) > 0 {
			t.Errorf("the old message still has the buttons %q", got)
		}
		w.press(ben, "second_approve", "")
		w.submit(ben, "second_confirm")
		w.pass(10 * time.Minute)
		if got, want := len(w.suspended()), w.lastReport().Candidates; got != want {
			t.Errorf("suspended %d people by the new message, want %d", got, want)
		}
	})
}

// overrideAsTwo overrides the lock of the newest report by both approvers.
func (w *world) overrideAsTwo() {
	w.t.Helper()
	for _, user := range []string{w.slack.Users.Approver, w.slack.Users.Approver2} {
		w.press(user, "override", "")
		w.submit(user, "override_confirm")
	}
}

// bareValue returns a button's value without the installation.
func bareValue(value string) string {
	_, rest, _ := strings.Cut(value, ".")
	return rest
}

// TestSetOfTheSecondApproval changes the set in the button and in the modal of a
// second approval: it is refused, because the message showed other people.
func TestSetOfTheSecondApproval(t *testing.T) {
	t.Parallel()
	inWorld(t, small, twoApprovers, func(w *world) {
		ben := w.slack.Users.Approver2
		w.requestSecondApproval()
		other := strings.Repeat("0", 16)
		w.pressStored(ben, "second_approve", "1."+other)
		w.checkLastAnswer(ben, "has changed since you opened it")
		says := w.sendWithoutEffect("another set", submission(ben, "second_confirm", w.sealed("1."+other), nil))
		without := w.sendWithoutEffect("no set", submission(ben, "second_confirm", w.sealed("1"), nil))
		for _, says := range []string{says, without} {
			if !strings.Contains(says, "has changed since you opened it. Please review it again. Nothing was changed") {
				t.Errorf("answered %s", says)
			}
		}
	})
}

// TestSecondApprovalShowsThePeople checks the modal of a second approval: who
// asks, the note, the people, and who was excluded since.
func TestSecondApprovalShowsThePeople(t *testing.T) {
	t.Parallel()
	inWorld(t, small, twoApprovers, func(w *world) {
		ada, ben := w.slack.Users.Approver, w.slack.Users.Approver2
		all := w.requestSecondApproval()
		w.command(ada, "exclude "+all[0])
		w.press(ben, "second_approve", "")
		got := viewText(w.modal(ben, "second_confirm"))
		for _, want := range []string{"<@" + ada + "> asks you to approve the suspension of 5 people", "1 person of the request was excluded since"} {
			if !strings.Contains(got, want) {
				t.Errorf("the modal does not say %q: %s", want, got)
			}
		}
		for _, account := range all {
			p, _ := w.org.Person(account)
			if named := strings.Contains(got, p.Email) && p.Email != "" || strings.Contains(got, account); named == (account == all[0]) {
				t.Errorf("%s (%s) named: %t: %s", account, p.Email, named, got)
			}
		}
		w.submit(ben, "second_confirm")
		w.pass(5 * time.Minute)
		if got := w.suspended(); !slices.Equal(got, all[1:]) {
			t.Errorf("suspended %v, want %v", got, all[1:])
		}
	})
}

// TestMessageThatIsNotTheStoredOne presses the buttons of a second copy of the
// report's message. They count only on the stored one, and the copy loses them.
func TestMessageThatIsNotTheStoredOne(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.pass(10 * time.Second)
		report := w.report()
		twin := w.postAsBot(map[string]any{"text": report.Text, "blocks": report.Blocks})
		digest := w.digest()
		for _, action := range []string{"suspend_all", "exclude", "browse", "lanes"} {
			w.slack.Press(slacktest.Press{User: ada, Channel: w.settings.Channel, TS: twin, ActionID: action, Value: buttons(report, action)[0]})
			w.pass(3 * time.Second)
			w.checkLastAnswer(ada, "This is not the current message of report 1. Nothing was changed")
		}
		if got := anyButtons(w.messageAt(twin)); len(got) > 0 || !strings.Contains(blockText(w.messageAt(twin)), "The buttons of this message were removed") {
			t.Errorf("the copy has the buttons %q: %s", got, blockText(w.messageAt(twin)))
		}
		if w.digest() != digest || len(anyButtons(w.messageAt(report.TS))) < 4 {
			t.Errorf("something changed; the report has the buttons %q", anyButtons(w.messageAt(report.TS)))
		}
	})
}

// TestPressWhileItIsPosted presses while Slack has not answered the post: the
// message may not be the one that is stored in the end.
func TestPressWhileItIsPosted(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		if err := w.slack.Fault(slacktest.Fault{Method: "conversations.history", Count: -1, Status: 500}); err != nil {
			t.Fatal(err)
		}
		if err := w.slack.Fault(slacktest.Fault{Method: "chat.postMessage", Count: 1, Cut: "after"}); err != nil {
			t.Fatal(err)
		}
		w.command(ada, "scan")
		w.press(ada, "exclude", "")
		w.checkLastAnswer(ada, "still being posted. Nothing was changed. Please try again in a moment")
		w.slack.ClearFaults()
		w.pass(5 * time.Minute)
		w.press(ada, "exclude", "")
		if got := buttons(w.report(), "undo_exclude"); len(got) != 1 {
			t.Errorf("%d excluded rows after the post, want 1: %q", len(got), w.told(ada))
		}
	})
}

// TestButtonsOfAnOlderVersion presses buttons without an installation: they count
// on the stored message, which is redrawn, and nowhere else.
func TestButtonsOfAnOlderVersion(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.twoReports()
		row := buttons(w.report(), "exclude")[0]
		before := w.lastReport().Version
		w.slack.Press(slacktest.Press{User: ada, Channel: w.settings.Channel, TS: w.messageOf("1"), ActionID: "exclude", Value: bareValue(row)})
		w.pass(3 * time.Second)
		w.checkLastAnswer(ada, "This is not the current message of report 2")
		w.press(ada, "browse", "2")
		w.modal(ada, "browse")
		if got := w.lastReport().Version; got <= before {
			t.Errorf("the message was not redrawn: version %d after %d", got, before)
		}
		w.press(ada, "exclude", bareValue(row))
		if got := buttons(w.report(), "undo_exclude"); len(got) != 1 {
			t.Errorf("%d excluded rows, want 1: %q", len(got), w.told(ada))
		}
		says := w.sendWithoutEffect("a modal of an older version", submission(ada, "override_confirm", "2", nil))
		if !strings.Contains(says, "opened before the bot was updated") {
			t.Errorf("answered %s", says)
		}
	})
}

// TestGreetingButton presses Scan now: it counts on the stored greeting only.
func TestGreetingButton(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.pass(10 * time.Second)
		greeting := w.top()[0]
		twin := w.postAsBot(map[string]any{"text": greeting.Text, "blocks": greeting.Blocks})
		value := buttons(greeting, "scan_again")[0]
		w.slack.Press(slacktest.Press{User: ada, Channel: w.settings.Channel, TS: twin, ActionID: "scan_again", Value: value})
		w.pass(time.Minute)
		w.checkLastAnswer(ada, "Nothing was changed")
		if all := w.lines(); slices.ContainsFunc(all, func(l storage.AuditEntry) bool { return l.Action == "report" }) {
			t.Error("a copy of the greeting made a report")
		}
		w.slack.Press(slacktest.Press{User: ada, Channel: w.settings.Channel, TS: greeting.TS, ActionID: "scan_again", Value: value})
		w.pass(time.Minute)
		w.report()
	})
}

// TestModalAcrossABackup submits a modal that was opened before a backup was put
// back.
func TestModalAcrossABackup(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.press(ada, "suspend_all", "")
		backup := filepath.Join(t.TempDir(), "backup.db")
		if err := w.store.Backup(backup, false, time.Now()); err != nil {
			t.Fatal(err)
		}
		w.putBack(backup)
		got := w.submit(ada, "suspend_confirm")
		if !strings.Contains(string(got.Response), "opened before the bot's database was restored from a backup. Nothing was changed") {
			t.Errorf("answered %s", got.Response)
		}
		w.pass(5 * time.Minute)
		if n := len(w.suspended()); n > 0 {
			t.Errorf("%d people suspended", n)
		}
	})
}

// TestRestoreAfterABackup checks that the messages of finished batches keep their
// way back after a backup was put back.
func TestRestoreAfterABackup(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		w.press(ada, "suspend_all", "")
		w.submit(ada, "suspend_confirm")
		w.pass(5 * time.Minute)
		backup := filepath.Join(t.TempDir(), "backup.db")
		if err := w.store.Backup(backup, false, time.Now()); err != nil {
			t.Fatal(err)
		}
		w.putBack(backup)
		w.pass(time.Minute)
		n := len(w.suspended())
		w.press(ada, "restore", "")
		w.submit(ada, "restore_confirm")
		w.pass(5 * time.Minute)
		if got := len(w.suspended()); got != n-1 {
			t.Errorf("%d people are suspended after a restore, want %d: %q", got, n-1, w.told(ada))
		}
	})
}

// postAsBot posts a message to the admin channel with the bot's token, as another
// program would, and returns its timestamp.
func (w *world) postAsBot(m map[string]any) string {
	w.t.Helper()
	m["channel"] = w.settings.Channel
	return fmt.Sprint(w.slackCall("chat.postMessage", m)["ts"])
}

// slackCall calls a method of the Web API with the bot's token.
func (w *world) slackCall(method string, args map[string]any) (answer map[string]any) {
	w.t.Helper()
	body, err := json.Marshal(args)
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, "http://slack.test/api/"+method, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.slack.BotToken)
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := w.wire.Transport.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer["ok"] != true {
		w.t.Fatalf("%s: %v, %v", method, answer, err)
	}
	return answer
}

// TestMetadataOfAReport checks that the metadata of a report's message names the
// version it shows and the audit log's last entry, also after an update.
func TestMetadataOfAReport(t *testing.T) {
	t.Parallel()
	inWorld(t, small, nil, func(w *world) {
		ada := w.slack.Users.Approver
		w.command(ada, "scan")
		for range 2 {
			w.pass(10 * time.Second)
			payload, _ := w.report().Metadata["event_payload"].(map[string]any)
			head, _ := payload["audit"].(map[string]any)
			seq, _ := strconv.ParseUint(fmt.Sprint(head["seq"]), 10, 64)
			hash, _ := head["hash"].(string)
			known, err := w.store.HasAuditEntry(storage.AuditHead{Seq: seq, Hash: hash})
			if err != nil || !known || len(payload) != 3 || payload["id"] != "1" || fmt.Sprint(payload["version"]) != fmt.Sprint(w.lastReport().PostedVersion) {
				t.Errorf("the metadata is %v; known %t, %v", payload, known, err)
			}
			w.press(ada, "exclude", "")
		}
	})
}
