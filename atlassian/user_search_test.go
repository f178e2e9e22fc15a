package atlassian

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// listing serves pages by cursor and records the request bodies.
type listing struct {
	pages  map[string]string
	bodies []map[string]any
	paths  []string
}

func (l *listing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body map[string]any
	b, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(b, &body)
	l.bodies = append(l.bodies, body)
	l.paths = append(l.paths, r.Method+" "+r.URL.EscapedPath())
	cursor, _ := body["cursor"].(string)
	page, ok := l.pages[cursor]
	if !ok {
		answer(w, http.StatusBadRequest, `{"errors":[{"code":"ADMIN-400-1"}]}`)
		return
	}
	answer(w, http.StatusOK, page)
}

func page(next string, ids ...string) string {
	users := make([]string, len(ids))
	for i, id := range ids {
		users[i] = fmt.Sprintf(`{"accountId":%q}`, id)
	}
	return fmt.Sprintf(`{"data":[%s],"links":{"next":%s}}`, strings.Join(users, ","), next)
}

func TestUsersPages(t *testing.T) {
	tests := []struct {
		name  string
		pages map[string]string
		want  []string
	}{
		{"one page", map[string]string{"": page("null", "a", "b")}, []string{"a", "b"}},
		{"no links", map[string]string{"": `{"data":[{"accountId":"a"}]}`}, []string{"a"}},
		{"empty next", map[string]string{"": page(`""`, "a")}, []string{"a"}},
		{"no one", map[string]string{"": page("null")}, nil},
		{"a bare cursor", map[string]string{"": page(`"c+/= 1"`, "a"), "c+/= 1": page("null", "b")}, []string{"a", "b"}},
		{"a cursor that begins with a slash", map[string]string{"": page(`"/x9"`, "a"), "/x9": page("null", "b")}, []string{"a", "b"}},
		{"a full URL of another host", map[string]string{"": page(`"https://evil.test/x?limit=1&cursor=a%2Bb"`, "a"), "a+b": page("null", "b")}, []string{"a", "b"}},
		{"a relative URL", map[string]string{"": page(`"/admin/v2?cursor=z"`, "a"), "z": page("null", "b")}, []string{"a", "b"}},
		{"an empty page with a next", map[string]string{"": page(`"x"`), "x": page("null", "b")}, []string{"b"}},
		{"people over pages twice", map[string]string{"": page(`"x"`, "a", "b", "a"), "x": page("null", "b", "c")}, []string{"a", "b", "c"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := &listing{pages: tt.pages}
			got, err := collect(onLoopback(t, l.ServeHTTP), Query{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("people (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUsersSendsTheSameBodyWithEveryCursor(t *testing.T) {
	l := &listing{pages: map[string]string{"": page(`"x"`, "a"), "x": page("null", "b")}}
	q := Query{AccountIDs: []string{"a", "b"}, Emails: []string{"a@b.c"}, RoleIDs: []string{"r"}, GroupIDs: []string{"g"}, Status: []string{"active"}}
	if _, err := collect(onLoopback(t, l.ServeHTTP), q); err != nil {
		t.Fatal(err)
	}
	first := map[string]any{
		"limit": 100.0, "accountIds": []any{"a", "b"}, "emails": []any{"a@b.c"}, "roleIds": []any{"r"},
		"groupIds": []any{"g"}, "status": []any{"active"}, "expand": []any{"productAccess", "platformRoles", "groups"},
	}
	if diff := cmp.Diff(first, l.bodies[0]); diff != "" {
		t.Errorf("first body (-want +got):\n%s", diff)
	}
	first["cursor"] = "x"
	if diff := cmp.Diff(first, l.bodies[1]); diff != "" {
		t.Errorf("second body (-want +got):\n%s", diff)
	}
	if got, want := l.paths[0], "POST /admin/v2/orgs/a1b2c3/directories/5f0e-dir/users/search"; got != want {
		t.Errorf("got path %q, want %q", got, want)
	}
}

func TestUsersEndsWithTheFirstError(t *testing.T) {
	l := &listing{pages: map[string]string{"": page(`"lost"`, "a")}}
	got, err := collect(onLoopback(t, l.ServeHTTP), Query{})
	if want := []string{"a"}; !cmp.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := kindIs(err, KindRefused); err != nil {
		t.Error(err)
	}
	if errors.Is(err, ErrExpandRefused) {
		t.Error("a lost cursor was taken for a refused expand")
	}
}

func TestUsersStopsWithItsReader(t *testing.T) {
	l := &listing{pages: map[string]string{"": page(`"x"`, "a", "b"), "x": page("null", "c")}}
	for _, err := range onLoopback(t, l.ServeHTTP).Users(context.Background(), AllDirectories, Query{}) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if got := len(l.paths); got != 1 {
		t.Errorf("got %d requests, want 1", got)
	}
}

func TestUsersEndless(t *testing.T) {
	tests := []struct {
		name string
		page func(n int) string
		want int // requests.
	}{
		{"with new people", func(n int) string { return page(fmt.Sprintf(`"c%d"`, n), fmt.Sprintf("p%d", n)) }, 1500},
		{"with the same people", func(n int) string { return page(fmt.Sprintf(`"c%d"`, n), "p") }, maxPagesWithoutNew + 2},
		{"with no one", func(n int) string { return page(fmt.Sprintf(`"c%d"`, n)) }, maxPagesWithoutNew + 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := 0
			c := onLoopback(t, func(w http.ResponseWriter, _ *http.Request) {
				n++
				answer(w, http.StatusOK, tt.page(n))
			})
			c.pageLimit = 1500
			_, err := collect(c, Query{})
			if err := errors.Join(kindIs(err, KindUnreadable), triesAre(c, tt.want)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestUsersExpandRefused(t *testing.T) {
	c := onLoopback(t, func(w http.ResponseWriter, r *http.Request) {
		if b, _ := io.ReadAll(r.Body); strings.Contains(string(b), "expand") {
			answer(w, http.StatusBadRequest, `{"errors":[{"code":"ADMIN-400-24"}]}`)
			return
		}
		answer(w, http.StatusOK, page("null", "a"))
	})
	_, err := collect(c, Query{})
	if !errors.Is(err, ErrExpandRefused) || KindOf(err) != KindRefused {
		t.Errorf("got %v, want ErrExpandRefused of kind refused", err)
	}
	got, err := collect(c, Query{Plain: true})
	if err != nil || !cmp.Equal(got, []string{"a"}) {
		t.Errorf("plain: got %q, %v", got, err)
	}
}
