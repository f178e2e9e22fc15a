package acceptance_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot"
	"inactivebot/bot/problem"
	"inactivebot/bot/scan/scantest"
	"inactivebot/bot/slackapi"
	"inactivebot/storage"
)

// split gives the organisation a second directory, and the bot another setting.
func (w *world) split(setting string) {
	w.t.Helper()
	w.stop()
	w.settings.DirectoryID = setting
	w.must(w.org.Configure(scantest.TwoDirectories(w.org)))
}

// startError returns the error with which a bot ends at startup, and nil if it
// runs.
func (w *world) startError() error {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	store, err := storage.Open(w.path)
	if err != nil {
		return err
	}
	client, err := atlassian.New(atlassian.Config{BaseURL: "http://atlassian.test", OrgID: w.org.OrgID, APIKey: w.org.APIKey, Transport: w.wire.Transport})
	if err != nil {
		return errors.Join(err, store.Close())
	}
	b, err := bot.New(w.settings, store, client, slackapi.Config{
		BotToken: w.slack.BotToken, AppToken: w.slack.AppToken, APIURL: "http://slack.test/api/",
		Client: &http.Client{Transport: w.wire.Transport}, Dialer: w.wire.Dialer(),
	}, zerolog.Nop())
	if err == nil {
		err = b.Run(ctx)
	}
	return errors.Join(err, store.Close())
}

// TestSeveralDirectoriesNeedTheSetting: which people are meant is nothing to
// guess, so the start ends with the directories there are.
func TestSeveralDirectoriesNeedTheSetting(t *testing.T) {
	t.Parallel()
	for name, setting := range map[string]string{"no setting": "", "a setting that names none": "mistaken"} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, small, nil, func(w *world) {
				w.split(setting)
				err := w.startError()
				if _, ok := errors.AsType[problem.DirectoryError](err); !ok {
					t.Fatalf("the start ended with %v, want a DirectoryError", err)
				}
				for _, want := range []string{"ATLASSIAN_DIRECTORY_ID", w.org.DirectoryID, "Staff", scantest.SecondDirectory, "Contractors"} {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%q does not name %s", err, want)
					}
				}
				if strings.Contains(err.Error(), "mistaken") {
					t.Errorf("%q repeats the value", err)
				}
			})
		})
	}
}

// paths notes the paths of the requests on their way to a handler.
type paths struct {
	http.Handler
	mu  sync.Mutex
	all []string
}

func (p *paths) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.all = append(p.all, r.URL.Path)
	p.mu.Unlock()
	p.Handler.ServeHTTP(w, r)
}

// ending returns the paths with a suffix.
func (p *paths) ending(suffix string) (out []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, path := range p.all {
		if strings.HasSuffix(path, suffix) {
			out = append(out, path)
		}
	}
	return out
}

// TestOneOfSeveralDirectories: only its people are listed, and they are
// suspended and restored in it alone.
func TestOneOfSeveralDirectories(t *testing.T) {
	t.Parallel()
	for _, expand := range []string{"ok", "refused"} {
		t.Run("expand "+expand, func(t *testing.T) {
			inWorld(t, atlassiantest.Options{Users: 300, Candidates: 8}, nil, func(w *world) {
				want := inSecond(w.org, scantest.Candidates(t, w.org, w.org))
				w.split(scantest.SecondDirectory)
				w.must(w.org.Configure(atlassiantest.OrgSettings{Expand: expand}))
				seen := &paths{Handler: w.org}
				w.serve("atlassian.test", seen)
				w.scanTold()
				if got := accounts(buttons(w.report(), "exclude")); len(want) < 2 || !slices.Equal(got, want) {
					t.Fatalf("listed %v, want %v", got, want)
				}
				ada := w.slack.Users.Approver
				w.press(ada, "suspend_all", "")
				w.submit(ada, "suspend_confirm")
				w.pass(10 * time.Minute)
				if got := w.suspended(); !slices.Equal(got, want) {
					t.Fatalf("suspended %v, want %v", got, want)
				}
				w.press(ada, "restore", "")
				w.submit(ada, "restore_confirm")
				w.pass(time.Minute)
				if got := len(w.suspended()); got != len(want)-1 {
					t.Errorf("%d suspended after a restore, want %d\nlog: %s", got, len(want)-1, w.log)
				}
				checkDirectory(t, seen.ending("/suspend"), len(want))
				checkDirectory(t, seen.ending("/restore"), 1)
				all := strings.Join([]string{"/directories/", "/users/search"}, atlassian.AllDirectories)
				listed := slices.DeleteFunc(seen.ending("/users/search"), func(path string) bool { return strings.HasSuffix(path, all) }) // admins.
				checkDirectory(t, listed, -1)
			})
		})
	}
}

// inSecond returns the accounts that are in the second directory, sorted.
func inSecond(org *atlassiantest.Server, all []string) (members []string) {
	for i, p := range org.AllPeople() {
		if i%3 == 0 && slices.Contains(all, p.AccountID) {
			members = append(members, p.AccountID)
		}
	}
	slices.Sort(members)
	return members
}

// checkDirectory fails unless all paths name the second directory, and there are
// n of them; less than 0 is any number.
func checkDirectory(t *testing.T, paths []string, n int) {
	t.Helper()
	if len(paths) == 0 || n >= 0 && len(paths) != n {
		t.Errorf("%d requests %v, want %d", len(paths), paths, n)
	}
	for _, path := range paths {
		if !strings.Contains(path, "/directories/"+scantest.SecondDirectory+"/") {
			t.Errorf("%s does not name the directory", path)
		}
	}
}
