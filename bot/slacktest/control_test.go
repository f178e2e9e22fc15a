package slacktest_test

import (
	"net/http"
	"strings"
	"testing"

	"inactivebot/bot/slacktest"
)

func TestControlChangesPeople(t *testing.T) {
	a := serve(t, slacktest.Options{})
	a.send(t, "POST", "/_control/users", "application/json", "", `{"id":"`+a.Users.Approver+`","deleted":true}`)
	user, err := a.client.GetUserInfo(a.Users.Approver)
	if err != nil || !user.Deleted || user.Profile.Email != "ada.approver@example.com" || user.TZ != "Europe/Berlin" {
		t.Errorf("user %+v, %v", user, err)
	}
	a.send(t, "POST", "/_control/groups", "application/json", "", `{"id":"`+a.Group+`","members":["`+a.Users.Member+`"]}`)
	members, err := a.client.GetUserGroupMembers(a.Group)
	if err != nil || len(members) != 1 || members[0] != a.Users.Member {
		t.Errorf("members %v, %v", members, err)
	}
}

func TestControlRefusesOtherOrigins(t *testing.T) {
	a := serve(t, slacktest.Options{})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.url+"/_control/press", strings.NewReader(`{"user":"U1"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("status %d, want 403", response.StatusCode)
	}
}
