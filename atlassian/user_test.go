package atlassian

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeUser(t *testing.T) {
	bad := Timestamp{Malformed: true}
	tests := []struct {
		name, json string
		want       User
	}{
		{
			"whole",
			`"accountType":"atlassian","status":"active","name":"A \"B\" Ü","email":"a@b.c","addedToOrg":"2024-01-01T00:00:00Z",
			"managementSource":"synced","platformRoles":["atlassian/org-admin"],"groups":[{"id":"g","name":"G"}],
			"productAccess":[{"key":"confluence","id":"s","lastActiveTimestamp":"2026-05-04T10:11:12Z"},{"key":"trello","id":"t"}]`,
			User{
				AccountType: "atlassian", Status: "active", Name: `A "B" Ü`, Email: "a@b.c", AddedToOrg: at("2024-01-01T00:00:00Z"),
				ManagementSource: "synced", PlatformRoles: []string{"atlassian/org-admin"}, Groups: []Group{{"g", "G"}},
				ProductAccess: []ProductAccess{{"confluence", "s", at("2026-05-04T10:11:12Z")}, {Key: "trello", ID: "t"}},
			},
		},
		{"no known field", `"x":1`, User{}},
		{"all null", `"name":null,"addedToOrg":null,"platformRoles":null,"groups":null,"productAccess":null`, User{}},
		{
			"all empty", `"platformRoles":[],"groups":[],"productAccess":[]`,
			User{PlatformRoles: []string{}, Groups: []Group{}, ProductAccess: []ProductAccess{}},
		},
		{"unknown values", `"accountType":"robot","status":"asleep"`, User{AccountType: "robot", Status: "asleep"}},
		{
			"other letter cases and forms", `"status":"SUSPENDED","managementSource":"Synced","productAccess":[{"key":"Confluence","id":"ari:cloud:confluence::site/s"},{"key":"jira","id":"s"}]`,
			User{Status: "suspended", ManagementSource: "synced", ProductAccess: []ProductAccess{{Key: "confluence", ID: "s"}, {Key: "jira-software", ID: "s"}}},
		},
		{
			"texts of the wrong type", `"accountType":1,"status":[],"name":{},"email":true,"managementSource":7`,
			User{Malformed: []string{"accountType", "status", "name", "email", "managementSource"}},
		},
		{
			"lists of the wrong type", `"platformRoles":"x","groups":{},"productAccess":0`,
			User{Malformed: []string{"platformRoles", "groups", "productAccess"}},
		},
		{
			"one bad element makes the list malformed", `"platformRoles":["a",null],"groups":[{"id":"g"}],"productAccess":[{"key":"jira-core"},5]`,
			User{Malformed: []string{"platformRoles", "groups", "productAccess"}},
		},
		{"a use of an unknown product", `"productAccess":[{"id":"s"}]`, User{Malformed: []string{"productAccess"}}},
		{"a use on an unreadable site", `"productAccess":[{"key":"confluence","id":5}]`, User{Malformed: []string{"productAccess"}}},
		{"malformed times", `"addedToOrg":"soon","productAccess":[{"key":"confluence","id":"s","lastActiveTimestamp":{}}]`, User{
			AddedToOrg: bad, ProductAccess: []ProductAccess{{"confluence", "s", bad}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			users, _, err := decodeUsers([]byte(`{"data":[{"accountId":"a",` + tt.json + `}]}`))
			if err != nil {
				t.Fatal(err)
			}
			tt.want.AccountID = "a"
			if diff := cmp.Diff(tt.want, users[0]); diff != "" {
				t.Errorf("user (-want +got):\n%s", diff)
			}
		})
	}
}

// BenchmarkDecodeUsers decodes full pages of a hundred people.
func BenchmarkDecodeUsers(b *testing.B) {
	users := make([]string, pageSize)
	for i := range users {
		users[i] = fmt.Sprintf(`{"accountId":"712020:%036d","accountType":"atlassian","status":"active","accountStatus":"active",
		"membershipStatus":"active","addedToOrg":"2024-01-01T00:00:00Z","name":"Person %d","nickname":"p","email":"p%d@example.com",
		"emailVerified":true,"claimStatus":"managed","platformRoles":[],"picture":"https://example.com/p.png","managementSource":"invited",
		"productAccess":[{"key":"confluence","id":"site-1","lastActiveTimestamp":"2026-05-04T10:11:12Z"},
		{"key":"jira-software","id":"site-1","lastActiveTimestamp":"2026-05-01T10:11:12.123456789Z"}],
		"groups":[{"id":"g1","name":"everybody","description":""},{"id":"g2","name":"team","description":"A team"}]}`, i, i, i)
	}
	body := []byte(`{"data":[` + strings.Join(users, ",") + `],"links":{"next":"abc"}}`)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := decodeUsers(body); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*pageSize/b.Elapsed().Seconds(), "users/s")
}

func TestUser(t *testing.T) {
	tests := []struct {
		name, body string
		want       Kind
	}{
		{"found", `{"data":{"accountId":"` + testAccount + `","status":"active"}}`, 0},
		{"another person", `{"data":{"accountId":"other"}}`, KindUnreadable},
		{"null", `{"data":null}`, KindUnreadable},
		{"without an id", `{"data":{}}`, KindUnreadable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, jsonAnswer(http.StatusOK, tt.body), func(c *Client) error {
				u, err := c.User(context.Background(), testDirectory, testAccount)
				if err == nil && u.Status != "active" {
					return fmt.Errorf("got status %q", u.Status)
				}
				return kindIs(err, tt.want)
			})
		})
	}
}
