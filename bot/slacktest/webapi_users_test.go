package slacktest_test

import (
	"net/http"
	"slices"
	"testing"

	"inactivebot/bot/slacktest"
)

// control posts a body to the control API. It fails the test unless the status is as wanted.
func (a *app) control(t *testing.T, path, body string, want int) answer {
	t.Helper()
	status, got := a.send(t, "POST", "/_control/"+path, "application/json", "", body)
	if status != want {
		t.Fatalf("POST %s %s: status %d, want %d: %v", path, body, status, want, got)
	}
	return got
}

// TestKindsOfPeople checks what users.info and users.list show of each kind of person.
func TestKindsOfPeople(t *testing.T) {
	for name, tt := range map[string]struct {
		set  string
		want answer
	}{
		"member":        {`"name":"kim"`, answer{"is_restricted": false, "is_ultra_restricted": false, "deleted": false}},
		"guest":         {`"is_guest":true`, answer{"is_restricted": true, "is_ultra_restricted": false}},
		"channel guest": {`"is_ultra_restricted":true`, answer{"is_restricted": true, "is_ultra_restricted": true}},
		"stranger":      {`"is_stranger":true,"team_id":"T0OTHER0001"`, answer{"is_stranger": true, "team_id": "T0OTHER0001"}},
		"erased":        {`"is_forgotten":true,"name":"kim","real_name":"Kim"`, answer{"is_forgotten": true, "deleted": true, "real_name": "Deactivated User"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := serve(t, slacktest.Options{})
			a.control(t, "users", `{"id":"U0KIM",`+tt.set+`}`, http.StatusOK)
			info := a.call(t, "users.info", "user", "U0KIM")["user"].(answer)
			entry := a.listedUser(t, "U0KIM")
			for field, want := range tt.want {
				if info[field] != want || entry[field] != want {
					t.Errorf("%s: users.info has %v, users.list has %v, want %v", field, info[field], entry[field], want)
				}
			}
		})
	}
}

// listedUser returns a user as users.list shows it, nil if it is not listed.
func (a *app) listedUser(t *testing.T, id string) answer {
	t.Helper()
	members, _ := a.call(t, "users.list", "include_locale", "true")["members"].([]any)
	for _, m := range members {
		if m.(answer)["id"] == id {
			return m.(answer)
		}
	}
	return nil
}

// TestOrdinaryPeopleLackTheMarks checks that the fields of strangers and erased people are absent for others.
func TestOrdinaryPeopleLackTheMarks(t *testing.T) {
	a := serve(t, slacktest.Options{})
	info := a.call(t, "users.info", "user", a.Users.Member)["user"].(answer)
	for _, field := range []string{"is_stranger", "is_forgotten", "locale"} {
		if _, there := info[field]; there {
			t.Errorf("%s is present: %v", field, info)
		}
	}
}

// TestListContainsPeopleOfSharedChannels checks that users.list contains an outsider only while a shared channel has
// the outsider as a member.
func TestListContainsPeopleOfSharedChannels(t *testing.T) {
	a := serve(t, slacktest.Options{})
	if got := a.listedUser(t, a.Users.Outsider); got != nil {
		t.Errorf("an outsider without a shared channel is listed: %v", got)
	}
	a.control(t, "channels", `{"id":"C0SHARED","is_shared":true,"members":["`+a.Users.Outsider+`"]}`, http.StatusOK)
	if got := a.listedUser(t, a.Users.Outsider); got["is_stranger"] != true || got["team_id"] == "T0INACTIVE1" {
		t.Errorf("outsider of a shared channel: %v", got)
	}
}

// TestEmailLookup checks whose email users.lookupByEmail finds, and whose profile contains it.
func TestEmailLookup(t *testing.T) {
	for name, tt := range map[string]struct {
		set          string
		found, shown bool
	}{
		"member":      {``, true, true},
		"hidden":      {`,"email_hidden":true`, false, false},
		"deactivated": {`,"deleted":true`, false, true},
		"erased":      {`,"is_forgotten":true`, false, false},
		"stranger":    {`,"is_stranger":true`, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := serve(t, slacktest.Options{})
			a.control(t, "users", `{"id":"U0KIM","email":"kim@example.com"`+tt.set+`}`, http.StatusOK)
			if got := a.call(t, "users.lookupByEmail", "email", "Kim@example.com"); got["ok"] != tt.found {
				t.Errorf("users.lookupByEmail: %v, want found %t", got, tt.found)
			}
			profile := a.call(t, "users.info", "user", "U0KIM")["user"].(answer)["profile"].(answer)
			if _, shown := profile["email"]; shown != tt.shown {
				t.Errorf("profile: %v, want an email %t", profile, tt.shown)
			}
		})
	}
}

// TestLocale checks that the locale is sent only when it is asked for.
func TestLocale(t *testing.T) {
	a := serve(t, slacktest.Options{})
	a.control(t, "users", `{"id":"`+a.Users.Member+`","locale":"de-DE"}`, http.StatusOK)
	for id, want := range map[string]string{a.Users.Member: "de-DE", a.Users.Approver: "en-US"} {
		asked := a.call(t, "users.info", "user", id, "include_locale", "true")["user"].(answer)
		if entry := a.listedUser(t, id); asked["locale"] != want || entry["locale"] != want {
			t.Errorf("locale %v, in users.list %v; want %s", asked["locale"], entry["locale"], want)
		}
	}
}

// TestErasedPeopleLeaveTheGroup checks that an erased person counts as deactivated in a user group.
func TestErasedPeopleLeaveTheGroup(t *testing.T) {
	a := serve(t, slacktest.Options{})
	a.control(t, "users", `{"id":"`+a.Users.Approver+`","is_forgotten":true}`, http.StatusOK)
	got := a.call(t, "usergroups.users.list", "usergroup", a.Group)["users"].([]any)
	if !slices.Equal(got, []any{a.Users.Approver2}) {
		t.Errorf("group %v, want only %s", got, a.Users.Approver2)
	}
}

// TestControlRefusesUnknownFields checks that a misspelt field changes nothing.
func TestControlRefusesUnknownFields(t *testing.T) {
	a := serve(t, slacktest.Options{})
	before := a.AllUsers()
	for path, body := range map[string]string{
		"users": `{"id":"U0KIM","is_ultra_restrict":true}`, "groups": `{"id":"S0KIM","member":[]}`, "channels": `{"id":"C0KIM","is_dm":true}`,
	} {
		a.control(t, path, body, http.StatusBadRequest)
	}
	a.control(t, "users", `{"name":"kim"}`, http.StatusBadRequest)
	if after := a.AllUsers(); !slices.Equal(before, after) || len(a.Groups()) != 1 || len(a.Channels()) != 1 {
		t.Errorf("users %v, groups %v, channels %v", after, a.Groups(), a.Channels())
	}
}
