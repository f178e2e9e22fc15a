package doctor

import (
	"context"
	"fmt"

	"inactivebot/atlassian"
	"inactivebot/bot/blocks"
)

// hiddenEmails checks whether people hide an email that a rule or a setting needs. It
// returns no check if none needs emails.
func (d *Doctor) hiddenEmails(ctx context.Context, dir string) []Check {
	const name = "hidden emails"
	if d.Settings.EmailNeededBy == "" {
		return nil
	}
	people, hidden := 0, 0
	for u, err := range d.Atlassian.Users(ctx, dir, atlassian.Query{Plain: true, Status: []string{"active"}}) {
		if err != nil {
			return []Check{atlassianFailed(name, err)}
		}
		if people++; u.Email == "" {
			hidden++
		}
		if people == sampleSize {
			break
		}
	}
	needed := "The emails that " + d.Settings.EmailNeededBy + " needs"
	if hidden == 0 {
		return []Check{good(name, "%s are visible for %s in a sample.", needed, blocks.People(people))}
	}
	return []Check{warning(name, fmt.Sprintf("%s are hidden by %d of %s in a sample. They cannot be checked, so they are never listed.", needed, hidden, blocks.People(people)),
		"use account ids instead of emails in INACTIVEBOT_PROTECT and INACTIVEBOT_EXCLUDE")}
}
