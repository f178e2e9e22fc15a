package slacktest

import (
	"slices"
	"strconv"
	"strings"
)

// The fixed world. Ids look like Slack's: capital letters and digits after a letter for the kind.
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
	// verification is the deprecated token that Slack still puts into every payload.
	verification = "simulated-verification"
)

// Users are the people of the fixed world.
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

// colleagueID is whom [Users.Colleague] names. User ids of a Grid may begin with W.
const colleagueID = "W0COLLEAGUE"

// User is a person or a bot, as the control API shows and sets it.
type User struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	RealName     string `json:"real_name"`
	Email        string `json:"email"`
	IsGuest      bool   `json:"is_guest"`
	Deleted      bool   `json:"deleted"`
	IsBot        bool   `json:"is_bot"`
	TeamID       string `json:"team_id"`
	EnterpriseID string `json:"enterprise_id"`
	TZ           string `json:"tz"`
}

// Group is a user group.
type Group struct {
	ID      string   `json:"id"`
	Handle  string   `json:"handle"`
	Name    string   `json:"name"`
	Members []string `json:"members"`
}

// Channel is a channel or a direct conversation with the bot.
type Channel struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	IsPrivate bool     `json:"is_private"`
	IsShared  bool     `json:"is_shared"`               // With people outside the enterprise.
	IsOrg     bool     `json:"is_org_shared,omitempty"` // With other workspaces of the enterprise.
	IsIM      bool     `json:"is_im"`
	Archived  bool     `json:"archived"`
	Members   []string `json:"members"`
}

// world holds who and what exists, each in the order of its making.
type world struct {
	enterprise string
	users      []*User
	groups     []*Group
	channels   []*Channel
}

func newWorld(enterprise string) world {
	person := func(id, name, realName, tz string) *User {
		email := strings.ReplaceAll(strings.ToLower(realName), " ", ".") + "@example.com"
		return &User{ID: id, Name: name, RealName: realName, Email: email, TZ: tz, TeamID: teamID, EnterpriseID: enterprise}
	}
	guest := person(fixedUsers.Guest, "guest", "Gus Guest", "Europe/London")
	guest.IsGuest = true
	outsider := person(fixedUsers.Outsider, "outsider", "Otto Outsider", "America/New_York")
	outsider.TeamID, outsider.EnterpriseID = otherTeamID, ""
	w := world{
		enterprise: enterprise,
		users: []*User{
			person(fixedUsers.Approver, "approver", "Ada Approver", "Europe/Berlin"),
			person(fixedUsers.Approver2, "approver2", "Ben Approver", "Europe/London"),
			person(fixedUsers.Member, "member", "Mia Member", "America/New_York"),
			guest, outsider,
			{ID: botUser, Name: "inactivebot", RealName: "inactivebot", IsBot: true, TZ: "Etc/UTC", TeamID: teamID, EnterpriseID: enterprise},
		},
		groups: []*Group{{
			ID: approverGroup, Handle: "atlassian-admins", Name: "Atlassian admins",
			Members: []string{fixedUsers.Approver, fixedUsers.Approver2},
		}},
		channels: []*Channel{{
			ID: adminChannel, Name: "atlassian-admins", IsPrivate: true,
			Members: []string{botUser, fixedUsers.Approver, fixedUsers.Approver2, fixedUsers.Member, fixedUsers.Guest},
		}},
	}
	if enterprise != "" {
		colleague := person(colleagueID, "colleague", "Cleo Colleague", "Europe/Paris")
		colleague.TeamID = sisterTeamID
		w.users = append(w.users, colleague)
		w.channels[0].IsOrg = true
		w.channels[0].Members = append(w.channels[0].Members, colleagueID)
	}
	return w
}

func (w *world) user(id string) *User {
	return find(w.users, func(u *User) bool { return u.ID == id })
}

func (w *world) group(id string) *Group {
	return find(w.groups, func(g *Group) bool { return g.ID == id })
}

func (w *world) channel(id string) *Channel {
	return find(w.channels, func(c *Channel) bool { return c.ID == id })
}

// has says whether the user is a member of the channel.
func (c *Channel) has(user string) bool { return slices.Contains(c.Members, user) }

func find[T any](all []*T, matches func(*T) bool) *T {
	if i := slices.IndexFunc(all, matches); i >= 0 {
		return all[i]
	}
	return nil
}

// openIM returns the direct conversation of the bot with the user and makes it when there is none. The caller holds mu.
func (s *Server) openIM(user string) *Channel {
	im := s.imWith(user)
	if im == nil {
		im = &Channel{ID: s.newID("D"), IsIM: true, IsPrivate: true, Members: []string{botUser, user}}
		s.world.channels = append(s.world.channels, im)
	}
	return im
}

// imWith returns the direct conversation of the bot with the user, or nil. The caller holds mu.
func (s *Server) imWith(user string) *Channel {
	return find(s.world.channels, func(c *Channel) bool { return c.IsIM && c.has(user) })
}

// newID returns an unused id of the kind that the prefix names. The caller holds mu.
func (s *Server) newID(prefix string) string {
	s.sequence++
	number := strings.ToUpper(strconv.FormatInt(int64(s.sequence), 36))
	return prefix + "0" + strings.Repeat("0", max(0, 9-len(number))) + number
}
