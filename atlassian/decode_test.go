package atlassian

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func at(s string) Timestamp {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return Timestamp{At: t}
}

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
		{"nothing told", `"x":1`, User{}},
		{"all null", `"name":null,"addedToOrg":null,"platformRoles":null,"groups":null,"productAccess":null`, User{}},
		{
			"all empty", `"platformRoles":[],"groups":[],"productAccess":[]`,
			User{PlatformRoles: []string{}, Groups: []Group{}, ProductAccess: []ProductAccess{}},
		},
		{"unknown values", `"accountType":"robot","status":"asleep"`, User{AccountType: "robot", Status: "asleep"}},
		{
			"texts of the wrong type", `"accountType":1,"status":[],"name":{},"email":true,"managementSource":7`,
			User{Malformed: []string{"accountType", "status", "name", "email", "managementSource"}},
		},
		{
			"lists of the wrong type", `"platformRoles":"x","groups":{},"productAccess":0`,
			User{Malformed: []string{"platformRoles", "groups", "productAccess"}},
		},
		{
			"one bad element spoils its list", `"platformRoles":["a",null],"groups":[{"id":"g"}],"productAccess":[{"key":"jira-core"},5]`,
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

func TestTimestamps(t *testing.T) {
	day := Timestamp{At: time.Date(2023, 1, 19, 0, 0, 0, 0, time.UTC), DateOnly: true}
	bad := Timestamp{Malformed: true}
	tests := []struct {
		name, json string
		want       Timestamp
	}{
		{"Z", `"2026-05-04T10:11:12Z"`, at("2026-05-04T10:11:12Z")},
		{"offset", `"2026-05-04T12:11:12+02:00"`, at("2026-05-04T10:11:12Z")},
		{"offset without a colon", `"2026-05-04T12:11:12.5+0200"`, at("2026-05-04T10:11:12.5Z")},
		{"nanoseconds", `"2023-08-01T15:19:32.354230769Z"`, at("2023-08-01T15:19:32.354230769Z")},
		{"no zone", `"2026-05-04T10:11:12.25"`, at("2026-05-04T10:11:12.25Z")},
		{"escaped", `"2026-05-04T10\u003a11:12Z"`, at("2026-05-04T10:11:12Z")},
		{"date only", `"2023-01-19"`, day},
		{"milliseconds", `1683195072000`, at("2023-05-04T10:11:12Z")},
		{"milliseconds as text", `"1683195072000"`, at("2023-05-04T10:11:12Z")},
		{"null", `null`, Timestamp{}},
		{"empty", `""`, bad},
		{"seconds", `1683195072`, bad},
		{"zero", `0`, bad},
		{"the year one", `"0001-01-01T00:00:00Z"`, bad},
		{"beyond the year 9999", `"9999-12-31T23:59:59-23:00"`, bad},
		{"a fraction", `1683195072000.5`, bad},
		{"too many digits", `99999999999999999999`, bad},
		{"words", `"yesterday"`, bad},
		{"a 30th of February", `"2023-02-30"`, bad},
		{"an object", `{}`, bad},
		{"a truth", `true`, bad},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got wireTimestamp
			if err := decode([]byte(tt.json), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got.Timestamp); diff != "" {
				t.Errorf("timestamp (-want +got):\n%s", diff)
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
