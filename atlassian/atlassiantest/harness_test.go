package atlassiantest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// reply is a response as a raw client receives it.
type reply struct {
	status int
	header http.Header
	body   string
}

// decode decodes the reply's JSON body.
func decode[T any](t *testing.T, r reply) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("decode %q: %v", r.body, err)
	}
	return v
}

// code returns the API's error code, or an empty string if the reply is not an
// error.
func (r reply) code() string {
	var e wireErrors
	if json.Unmarshal([]byte(r.body), &e) != nil || len(e.Errors) != 1 {
		return ""
	}
	return e.Errors[0].Code
}

// try sends a request over loopback and returns transport errors.
func try(url, method, path, body string, header ...string) (reply, error) {
	r, err := http.NewRequest(method, url+path, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	r.Header.Set("Authorization", "Bearer "+apiKey)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       10 * time.Second,
	}
	response, err := client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(text)}, err
}

// send sends a request over loopback and fails the test on a transport error.
func send(t *testing.T, url, method, path, body string, header ...string) reply {
	t.Helper()
	r, err := try(url, method, path, body, header...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

// control makes a control call and fails the test if it is refused.
func control(t *testing.T, url, path, body string) {
	t.Helper()
	if got := send(t, url, "POST", "/_control/"+path, body); got.status != 200 {
		t.Fatalf("%s %s: %d %s", path, body, got.status, got.body)
	}
}

// serve starts an organisation on loopback and returns its URL.
func serve(t *testing.T, o Options) (*Server, string) {
	t.Helper()
	s := New(o)
	host := httptest.NewServer(s)
	t.Cleanup(host.Close)
	return s, host.URL
}

// direct calls the organisation without a network, for tests in a synctest
// bubble.
func direct(s *Server, method, path, body string) reply {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+apiKey)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return reply{w.Code, w.Header(), w.Body.String()}
}

// Paths of the organisation.
const (
	orgPath       = "/admin/v1/orgs/" + orgID
	directoryPath = "/admin/v2/orgs/" + orgID + "/directories/" + directoryID
	searchPath    = directoryPath + "/users/search"
)

func userPath(id string) string     { return directoryPath + "/users/" + id }
func activityPath(id string) string { return orgPath + "/directory/users/" + id + "/last-active-dates" }

// usersPage is a page of users as documented.
type usersPage struct {
	Data  []userDoc `json:"data"`
	Links struct {
		Next *string `json:"next"`
	} `json:"links"`
}

type userDoc struct {
	AccountID        string   `json:"accountId"`
	AccountType      string   `json:"accountType"`
	Name             string   `json:"name"`
	Email            string   `json:"email"`
	Status           string   `json:"status"`
	MembershipStatus string   `json:"membershipStatus"`
	ManagementSource *string  `json:"managementSource"`
	PlatformRoles    []string `json:"platformRoles"`
	ProductAccess    []struct {
		Key, ID             string
		LastActiveTimestamp any
	} `json:"productAccess"`
	Groups []struct{ ID, Name string } `json:"groups"`
}

// everyone pages through users/search without a network.
func everyone(t *testing.T, s *Server) []userDoc {
	t.Helper()
	var all []userDoc
	body := map[string]any{"limit": 100, "expand": []string{"productAccess", "platformRoles", "groups"}}
	for {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		page := decode[usersPage](t, direct(s, "POST", searchPath, string(text)))
		all = append(all, page.Data...)
		if page.Links.Next == nil {
			return all
		}
		body["cursor"] = *page.Links.Next
	}
}

// firstPerson returns the first person that matches.
func firstPerson(t *testing.T, s *Server, fits func(Person) bool) Person {
	t.Helper()
	for _, p := range s.AllPeople() {
		if fits(p) {
			return p
		}
	}
	t.Fatal("no person matches")
	return Person{}
}

func isCandidate(p Person) bool { return lane(p, time.Now()) == "inactive" }
