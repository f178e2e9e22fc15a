package slacktest_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"inactivebot/bot/slacktest"
)

// requestUpload requests an upload URL and returns the file's id and the URL's path.
func (a *app) requestUpload(t *testing.T, name string, length int) (id, address string) {
	t.Helper()
	got := a.method(t, "files.getUploadURLExternal", "filename="+name+"&length="+fmt.Sprint(length))
	where, err := url.Parse(fmt.Sprint(got["upload_url"]))
	if err != nil || got["ok"] != true {
		t.Fatalf("%v %v", got, err)
	}
	return fmt.Sprint(got["file_id"]), where.Path
}

func (a *app) method(t *testing.T, name, form string) map[string]any {
	t.Helper()
	_, got := a.send(t, "POST", "/api/"+name, "application/x-www-form-urlencoded", a.BotToken, form)
	return got
}

// TestFilesAreCompletedOnce checks that a file is shared only once, after an upload of the declared length, and only in
// an existing thread.
func TestFilesAreCompletedOnce(t *testing.T) {
	a := serve(t, slacktest.Options{})
	ts := a.report(t)
	complete := func(id, where string) any {
		files := url.QueryEscape(`[{"id":"` + id + `","title":"T"}]`)
		return a.method(t, "files.completeUploadExternal", "files="+files+"&channel_id="+a.Channel+"&thread_ts="+where)["error"]
	}
	id, address := a.requestUpload(t, "people.csv", 4)
	if got := complete(id, ts); got != "file_not_found" {
		t.Errorf("completed before the upload: %v", got)
	}
	if status, _ := a.send(t, "POST", address, "text/csv", "", "too long"); status != 400 {
		t.Errorf("length differs from the declared length: %d", status)
	}
	if status, _ := a.send(t, "POST", address, "text/csv", "", "a,b\n"); status != 200 {
		t.Errorf("upload: %d", status)
	}
	if status, _ := a.send(t, "POST", address, "text/csv", "", "c,d\n"); status != 404 {
		t.Errorf("second upload: %d", status)
	}
	if got := complete(id, "1.000001"); got == nil {
		t.Error("completed in a thread that does not exist")
	}
	twice := url.QueryEscape(`[{"id":"` + id + `"},{"id":"` + id + `"}]`)
	if got := a.method(t, "files.completeUploadExternal", "files="+twice+"&channel_id="+a.Channel)["error"]; got != "file_not_found" {
		t.Errorf("same file twice: %v", got)
	}
	if got := complete(id, ts); got != nil {
		t.Errorf("complete: %v", got)
	}
	if got := complete(id, ts); got != "file_not_found" {
		t.Errorf("completed again: %v", got)
	}
	if got := a.Files(); len(got) != 1 || got[0].Content != "a,b\n" || got[0].ThreadTS != ts {
		t.Errorf("files %+v", got)
	}
}

// TestFilesNeedTheirScope checks that an upload needs files:write.
func TestFilesNeedTheirScope(t *testing.T) {
	scopes := slices.DeleteFunc(slacktest.DefaultBotScopes(), func(s string) bool { return s == "files:write" })
	a := serve(t, slacktest.Options{BotScopes: scopes})
	got := a.method(t, "files.getUploadURLExternal", "filename=a.csv&length=4")
	if got["error"] != "missing_scope" || got["needed"] != "files:write" || strings.Contains(fmt.Sprint(got["provided"]), "files:write") {
		t.Errorf("got %v", got)
	}
}

func TestFileInThread(t *testing.T) {
	a := serve(t, slacktest.Options{})
	ts := a.report(t)
	_, err := a.client.UploadFile(slack.UploadFileParameters{
		Filename: "people.csv", Title: "People", Content: "a,b\n", FileSize: 4, Channel: a.Channel, ThreadTimestamp: ts,
	})
	if err != nil {
		t.Fatal(err)
	}
	files := a.Files()
	if len(files) != 1 || files[0].Content != "a,b\n" || files[0].ThreadTS != ts {
		t.Fatalf("files: %+v", files)
	}
	if status, got := a.send(t, "GET", "/files/"+files[0].ID+"/people.csv", "", "", ""); status != 200 || got["text"] != "a,b\n" {
		t.Errorf("download: %d %v", status, got)
	}
}
