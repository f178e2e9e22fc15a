package slacktest

import (
	"strings"
)

// Fixed ids, names and tokens. As in Slack, the first letter of an id is its kind.
const (
	teamID        = "T0INACTIVE1"
	teamName      = "Example"
	teamDomain    = "example"
	appID         = "A0INACTIVE1"
	botID         = "B0INACTIVE1"
	botUser       = "U0INACTBOT1"
	otherTeamID   = "T0ELSEWHERE"
	sisterTeamID  = "T0SISTER001" // The other workspace of the enterprise, on a Grid.
	sisterDomain  = "example-sister"
	adminChannel  = "C0ADMINS001"
	approverGroup = "S0APPROVERS"

	enterpriseName = "Example Grid"

	botToken = "xoxb-simulated-bot"
	appToken = "xapp-simulated-app"
	// verification is the deprecated token that Slack still includes in every payload.
	verification = "simulated-verification"
)

// Users are the ids of the fixed people.
type Users struct {
	Approver  string `json:"approver"`
	Approver2 string `json:"approver2"`
	Member    string `json:"member"`
	Guest     string `json:"guest"`    // A restricted user of the workspace.
	Outsider  string `json:"outsider"` // Belongs to another workspace.
	// Colleague belongs to the other workspace of the enterprise. Empty unless the workspace is on a Grid.
	Colleague string `json:"colleague,omitempty"`
}

var fixedUsers = Users{
	Approver: "U0APPROVER1", Approver2: "U0APPROVER2", Member: "U0MEMBER001", Guest: "U0GUEST0001",
	Outsider: "U0OUTSIDER1",
}

// colleagueID is the value of [Users.Colleague] on a Grid. User ids of a Grid may begin with W.
const colleagueID = "W0COLLEAGUE"

// populate adds the fixed people, the user group and the admin channel.
func (w *workspace) populate() {
	person := func(id, name, realName, tz string) *User {
		email := strings.ReplaceAll(strings.ToLower(realName), " ", ".") + "@example.com"
		return &User{ID: id, Name: name, RealName: realName, Email: email, TZ: tz, TeamID: teamID, EnterpriseID: w.enterprise}
	}
	guest := person(fixedUsers.Guest, "guest", "Gus Guest", "Europe/London")
	guest.IsGuest = true
	outsider := person(fixedUsers.Outsider, "outsider", "Otto Outsider", "America/New_York")
	outsider.TeamID, outsider.EnterpriseID = otherTeamID, ""
	w.users = []*User{
		person(fixedUsers.Approver, "approver", "Ada Approver", "Europe/Berlin"),
		person(fixedUsers.Approver2, "approver2", "Ben Approver", "Europe/London"),
		person(fixedUsers.Member, "member", "Mia Member", "America/New_York"),
		guest, outsider,
		{ID: botUser, Name: "inactivebot", RealName: "inactivebot", IsBot: true, TZ: "Etc/UTC", TeamID: teamID, EnterpriseID: w.enterprise},
	}
	w.groups = []*Group{{
		ID: approverGroup, Handle: "atlassian-admins", Name: "Atlassian admins",
		Members: []string{fixedUsers.Approver, fixedUsers.Approver2},
	}}
	w.channels = []*Channel{{
		ID: adminChannel, Name: "atlassian-admins", IsPrivate: true,
		Members: []string{botUser, fixedUsers.Approver, fixedUsers.Approver2, fixedUsers.Member, fixedUsers.Guest},
	}}
	if w.enterprise != "" {
		colleague := person(colleagueID, "colleague", "Cleo Colleague", "Europe/Paris")
		colleague.TeamID = sisterTeamID
		w.users = append(w.users, colleague)
		w.channels[0].IsOrg = true
		w.channels[0].Members = append(w.channels[0].Members, colleagueID)
	}
}
