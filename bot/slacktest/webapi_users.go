package slacktest

import (
	"strings"
	"time"
)

func peopleMethods() map[string]method {
	return map[string]method{
		"bots.info":             {scope: "users:read", perMinute: tier3, run: (*Server).botsInfo},
		"users.info":            {scope: "users:read", perMinute: tier4, run: (*Server).usersInfo},
		"users.list":            {scope: "users:read", perMinute: tier2, run: (*Server).usersList},
		"users.lookupByEmail":   {scope: "users:read.email", perMinute: tier3, run: (*Server).usersLookupByEmail},
		"usergroups.list":       {scope: "usergroups:read", perMinute: tier2, run: (*Server).usergroupsList},
		"usergroups.users.list": {scope: "usergroups:read", perMinute: tier2, run: (*Server).usergroupsUsersList},
	}
}

// usersInfo is https://docs.slack.dev/reference/methods/users.info.
func (s *Server) usersInfo(c call) (object, *apiError) {
	u := s.world.user(c.str("user"))
	if u == nil {
		return nil, failed("user_not_found")
	}
	return object{"user": s.profile(u)}, nil
}

// botsInfo is https://docs.slack.dev/reference/methods/bots.info.
func (s *Server) botsInfo(c call) (object, *apiError) {
	if c.str("bot") != botID {
		return nil, failed("bot_not_found")
	}
	return object{"bot": object{
		"id": botID, "app_id": appID, "user_id": botUser, "name": "inactivebot", "deleted": false, "updated": 1_700_000_000,
	}}, nil
}

// usersList is https://docs.slack.dev/reference/methods/users.list: the people of this workspace.
func (s *Server) usersList(c call) (object, *apiError) {
	var members []object
	for _, u := range s.world.users {
		if u.TeamID == teamID {
			members = append(members, s.profile(u))
		}
	}
	page, next, err := paged(members, c.params)
	if err != nil {
		return nil, err
	}
	return object{"members": page, "cache_ts": s.options.Now().Unix(), "response_metadata": object{"next_cursor": next}}, nil
}

// usersLookupByEmail is https://docs.slack.dev/reference/methods/users.lookupByEmail. Deactivated people are not found.
func (s *Server) usersLookupByEmail(c call) (object, *apiError) {
	email := c.str("email")
	u := find(s.world.users, func(u *User) bool {
		return u.Email != "" && strings.EqualFold(u.Email, email) && !u.Deleted && u.TeamID == teamID
	})
	if u == nil {
		return nil, failed("users_not_found")
	}
	return object{"user": s.profile(u)}, nil
}

// profile returns a user as the Web API shows it; the email needs a scope of its own.
func (s *Server) profile(u *User) object {
	profile := object{"real_name": u.RealName, "display_name": u.Name, "team": u.TeamID}
	if s.needScope("users:read.email") == nil && u.Email != "" {
		profile["email"] = u.Email
	}
	user := object{
		"id": u.ID, "team_id": u.TeamID, "name": u.Name, "real_name": u.RealName, "deleted": u.Deleted, "is_bot": u.IsBot,
		"is_restricted": u.IsGuest, "is_ultra_restricted": false, "is_admin": false, "is_owner": false,
		"is_primary_owner": false, "is_app_user": false, "updated": 1_700_000_000, "profile": profile,
	}
	if u.TeamID != teamID && (u.EnterpriseID == "" || u.EnterpriseID != s.world.enterprise) {
		user["is_stranger"] = true
	}
	if zone, err := time.LoadLocation(u.TZ); err == nil && u.TZ != "" {
		label, offset := s.options.Now().In(zone).Zone()
		user["tz"], user["tz_label"], user["tz_offset"] = u.TZ, label, offset
	}
	if u.EnterpriseID != "" {
		user["enterprise_user"] = object{
			"id": u.ID, "enterprise_id": u.EnterpriseID, "enterprise_name": enterpriseName, "teams": []string{u.TeamID},
		}
	}
	return user
}

// usergroupsList is https://docs.slack.dev/reference/methods/usergroups.list.
func (s *Server) usergroupsList(c call) (object, *apiError) {
	groups := []object{}
	for _, g := range s.world.groups {
		group := object{
			"id": g.ID, "team_id": teamID, "is_usergroup": true, "name": g.Name, "handle": g.Handle, "description": "",
			"is_external": false, "date_delete": 0, "user_count": len(g.Members),
		}
		if c.is("include_users") {
			group["users"] = g.Members
		}
		groups = append(groups, group)
	}
	return object{"usergroups": groups}, nil
}

// usergroupsUsersList is https://docs.slack.dev/reference/methods/usergroups.users.list.
func (s *Server) usergroupsUsersList(c call) (object, *apiError) {
	g := s.world.group(c.str("usergroup"))
	if g == nil {
		return nil, failed("no_such_subteam")
	}
	members := []string{}
	for _, id := range g.Members {
		if u := s.world.user(id); u != nil && (!u.Deleted || c.is("include_disabled")) {
			members = append(members, id)
		}
	}
	return object{"users": members}, nil
}
