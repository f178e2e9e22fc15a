package atlassian

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLastActivePages(t *testing.T) {
	pages := map[string]string{
		"": `{"data":{"product_access":[{"id":"s1","key":"confluence","last_active":"2026-05-04","last_active_timestamp":"2026-05-04T10:11:12Z"}],
			"added_to_org":"2024-01-01","added_to_org_timestamp":"2024-01-01T08:00:00Z"},"links":{"next":"https://elsewhere.test/x?cursor=a%2Fb%26"}}`,
		"a/b&": `{"data":{"product_access":[]},"links":{"next":"last"}}`,
		"last": `{"data":{"product_access":[{"id":"s2","key":"confluence","last_active":"2026-01-02"},{"id":"s1","key":"trello"}]},"links":{}}`,
	}
	c := onLoopback(t, func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK, pages[r.URL.Query().Get("cursor")])
	})
	c.limiter(routeLastActive).initialGap = 0
	c.limiter(routeLastActive).gap = 0
	got, err := c.LastActive(context.Background(), testAccount)
	if err != nil {
		t.Fatal(err)
	}
	want := Activity{
		AddedToOrg: at("2024-01-01T08:00:00Z"),
		ProductAccess: []ProductAccess{
			{"confluence", "s1", at("2026-05-04T10:11:12Z")},
			{"confluence", "s2", Timestamp{At: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), DateOnly: true}},
			{Key: "trello", ID: "s1"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("activity (-want +got):\n%s", diff)
	}
}

func TestLastActiveNothingUsed(t *testing.T) {
	c := onLoopback(t, jsonAnswer(http.StatusOK, `{"data":{"product_access":[]},"links":{"next":null}}`))
	got, err := c.LastActive(context.Background(), testAccount)
	if err != nil || got.ProductAccess == nil || len(got.ProductAccess) != 0 {
		t.Errorf("got %#v, %v, want an empty list that is not nil", got.ProductAccess, err)
	}
}

func TestLastActiveUnreadable(t *testing.T) {
	tests := []struct{ name, body string }{
		{"no data", `{}`},
		{"data null", `{"data":null}`},
		{"list an object", `{"data":{"product_access":{}}}`},
		{"an entry null", `{"data":{"product_access":[null]}}`},
		{"an entry without a product", `{"data":{"product_access":[{"id":"s"}]}}`},
		{"an entry with an unreadable site", `{"data":{"product_access":[{"key":"confluence","id":1}]}}`},
		{"a cursor that repeats", `{"data":{"product_access":[]},"links":{"next":"again"}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, jsonAnswer(http.StatusOK, tt.body), func(c *Client) error {
				got, err := c.LastActive(context.Background(), testAccount)
				if got.ProductAccess != nil {
					return errors.New("activity was returned with an error")
				}
				return kindIs(err, KindUnreadable)
			})
		})
	}
}

func TestPreciser(t *testing.T) {
	exact, day := at("2026-05-04T10:11:12Z"), Timestamp{At: time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC), DateOnly: true}
	later := Timestamp{At: time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC), DateOnly: true}
	bad := Timestamp{Malformed: true}
	tests := []struct {
		name             string
		exact, day, want Timestamp
	}{
		{"both", exact, day, exact},
		{"a later day", exact, later, later},
		{"no exact one", Timestamp{}, day, day},
		{"no day", exact, Timestamp{}, exact},
		{"an unreadable exact one", bad, day, day},
		{"an unreadable day", exact, bad, exact},
		{"an unreadable day alone", Timestamp{}, bad, bad},
		{"an unreadable exact one alone", bad, Timestamp{}, bad},
		{"neither", Timestamp{}, Timestamp{}, Timestamp{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := morePrecise(tt.exact, tt.day); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// TestLastActiveNotTold checks that a missing or null list is not read as an
// empty one.
func TestLastActiveNotTold(t *testing.T) {
	for name, body := range map[string]string{
		"null":    `{"data":{"product_access":null},"links":{"next":null}}`,
		"missing": `{"data":{"added_to_org":"2024-01-01"},"links":{"next":null}}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := onLoopback(t, jsonAnswer(http.StatusOK, body))
			got, err := c.LastActive(context.Background(), "712020:ada")
			if err != nil || got.ProductAccess != nil {
				t.Errorf("LastActive = %v, %v; want no product access and no error", got, err)
			}
		})
	}
}
