package atlassian

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDirectoriesAndOrganization(t *testing.T) {
	bodies := map[string]string{
		"/admin/v2/orgs/a1b2c3/directories?cursor=":    `{"data":[{"directoryId":"d1","name":"One"}],"links":{"next":"p+2"}}`,
		"/admin/v2/orgs/a1b2c3/directories?cursor=p+2": `{"data":[{"directoryId":"d2"}],"links":{}}`,
		"/admin/v1/orgs/a1b2c3?cursor=":                `{"data":{"id":"a1b2c3","type":"orgs","attributes":{"name":"Acme"}}}`,
	}
	c := onLoopback(t, func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK, bodies[r.URL.Path+"?cursor="+r.URL.Query().Get("cursor")])
	})
	dirs, err := c.Directories(context.Background())
	if want := []Directory{{"d1", "One"}, {"d2", ""}}; err != nil || !cmp.Equal(dirs, want) {
		t.Errorf("got %v, %v, want %v", dirs, err, want)
	}
	org, err := c.Organization(context.Background())
	if want := (Organization{"a1b2c3", "Acme"}); err != nil || org != want {
		t.Errorf("got %v, %v, want %v", org, err, want)
	}
}
