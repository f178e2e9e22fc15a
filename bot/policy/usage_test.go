package policy_test

import (
	"testing"

	"inactivebot/atlassian"
)

func TestServiceAccountNames(t *testing.T) {
	for _, c := range []struct {
		name, email string
		want        bool
	}{
		{"svc-deploy", "", true},
		{"SVC Deploy", "", true},
		{"", "svc_backup2@example.com", true},
		{"Release Bot", "", true},
		{"", "noreply@example.com", true},
		{"", "no-reply@example.com", true},
		{"", "ci@example.com", true},
		{"CI/CD", "", true},
		{"api.gateway", "", true},
		{"Jenkins", "build@example.com", true},
		{"", "service.account@example.com", true},
		{"Ada Lovelace", "ada@example.com", false},
		{"Lucia Cicero", "lucia.cicero@example.com", false},
		{"Talbot Botha", "talbot@example.com", false},
		{"Rapid Apiano", "rapid@example.com", false},
		{"Ada", "ada@svc.example.com", false}, // the domain does not count.
		{"", "", false},
	} {
		t.Run(c.name+" "+c.email, func(t *testing.T) {
			d := decide(person(func(u *atlassian.User) { u.Name, u.Email = c.name, c.email }))
			if d.ServiceAccount != c.want {
				t.Errorf("got %t, want %t", d.ServiceAccount, c.want)
			}
		})
	}
}

// TestServiceAccountIsOnlyAMark checks that the name does not change the lane.
func TestServiceAccountIsOnlyAMark(t *testing.T) {
	plain, marked := decide(), decide(person(func(u *atlassian.User) { u.Name = "svc" }))
	if !marked.ServiceAccount || plain.Lane != marked.Lane {
		t.Errorf("got %+v, want the lane %s and marked", marked, plain.Lane)
	}
}
