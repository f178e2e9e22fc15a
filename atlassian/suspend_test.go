package atlassian

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChangesOfAccess(t *testing.T) {
	for _, status := range []int{200, 202, 204} {
		l := &listing{}
		c := onLoopback(t, func(w http.ResponseWriter, r *http.Request) {
			l.ServeHTTP(discard{}, r)
			w.WriteHeader(status)
		})
		err := errors.Join(
			c.Suspend(context.Background(), testDirectory, testAccount),
			c.Restore(context.Background(), testDirectory, testAccount),
		)
		if err != nil {
			t.Errorf("status %d: %v", status, err)
		}
		path := "POST /admin/v2/orgs/a1b2c3/directories/5f0e-dir/users/712020:0a1b-2c3d/"
		if diff := cmp.Diff([]string{path + "suspend", path + "restore"}, l.paths); diff != "" {
			t.Errorf("paths (-want +got):\n%s", diff)
		}
	}
}

// discard is a ResponseWriter that ignores everything.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

func TestIDsAreCheckedBeforeAnythingIsSent(t *testing.T) {
	c := onLoopback(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("sent %s", r.URL) })
	ctx := context.Background()
	bad := []string{"", ".", "..", "a/b", "a%2Fb", "a?b", "a#b", "a b", "a\nb", "ä", strings.Repeat("a", maxIDLength+1)}
	for _, id := range append(bad, "-") {
		check(t, "suspend in", id, c.Suspend(ctx, id, testAccount))
		check(t, "restore in", id, c.Restore(ctx, id, testAccount))
		check(t, "suspend", id, c.Suspend(ctx, testDirectory, id))
		_, err := c.LastActive(ctx, id)
		check(t, "last active", id, err)
		_, err = c.User(ctx, testDirectory, id)
		check(t, "user", id, err)
	}
	for _, id := range bad {
		for _, err := range c.Users(ctx, id, Query{}) {
			check(t, "users in", id, err)
		}
	}
}

func check(t *testing.T, what, id string, err error) {
	t.Helper()
	if err := errors.Join(kindIs(err, KindRefused), definiteIs(err, true)); err != nil {
		t.Errorf("%s %q: %v", what, id, err)
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	elsewhere := onLoopback(t, func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the redirect was followed with %q", r.Header.Get("Authorization"))
	})
	for _, status := range []int{301, 302, 303, 307, 308} {
		c := onLoopback(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.base.String(), status)
		})
		_, err := c.Organization(context.Background())
		if err := errors.Join(kindIs(err, KindRedirected), triesAre(c, 1)); err != nil {
			t.Errorf("status %d: %v", status, err)
		}
	}
}
