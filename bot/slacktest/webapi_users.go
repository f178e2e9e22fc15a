package slacktest

import (
	"cmp"
	"strings"
	"time"
)

func peopleMethods() map[string]method {
	return map[string]method{
		"bots.info":             {scope: "users:read", perMinute: tier3, run: (*webAPI).botsInfo},
		"users.info":            {scope: "users:read", perMinute: tier4, run: (*webAPI).usersInfo},
		"users.list":            {scope: "users:read", perMinute: tier2, run: (*webAPI).usersList},
		"users.lookupByEmail":   {scope: "users:read.email", perMinute: tier3, run: (*webAPI).usersLookupByEmail},
		"usergroups.list":       {scope: "usergroups:read", perMinute: tier2, run: (*webAPI).usergroupsList},
		"usergroups.users.list": {scope: "usergroups:read", perMinute: tier2, run: (*webAPI).usergroupsUsersList},
	}
}

// usersInfo is https://docs.slack.dev/reference/methods/users.info.
func (a *webAPI) usersInfo(c call) (object, *apiError) {
	u := a.ws.user(c.str("user"))
	if u == nil {
		return nil, failed("user_not_found")
	}
	return object{"user": a.profile(u, c.isTrue("include_locale"))}, nil
}

// botsInfo is https://docs.slack.dev/reference/methods/bots.info.
func (a *webAPI) botsInfo(c call) (object, *apiError) {
	if c.str("bot") != botID {
		return nil, failed("bot_not_found")
	}
	return object{"bot": object{
		"id": botID, "app_id": appID, "user_id": botUser, "name": "inactivebot", "deleted": false, "updated": 1_700_000_000,
	}}, nil
}

// usersList is https://docs.slack.dev/reference/methods/users.list. It lists the users of this workspace, deactivated
// ones too, and strangers.
func (a *webAPI) usersList(c call) (object, *apiError) {
	var members []object
	for _, u := range a.ws.users {
		if !u.isForeign() || u.IsStranger || a.ws.sharesChannel(u.ID) {
			members = append(members, a.profile(u, c.isTrue("include_locale")))
		}
	}
	page, next, err := paginate(members, c.params)
	if err != nil {
		return nil, err
	}
	return object{"members": page, "cache_ts": a.ws.options.Now().Unix(), "response_metadata": object{"next_cursor": next}}, nil
}

// usersLookupByEmail is https://docs.slack.dev/reference/methods/users.lookupByEmail. Deactivated people, strangers and
// hidden emails are not found.
func (a *webAPI) usersLookupByEmail(c call) (object, *apiError) {
	email := c.str("email")
	u := find(a.ws.users, func(u *User) bool {
		return u.Email != "" && strings.EqualFold(u.Email, email) && !u.EmailHidden && !u.deactivated() && !u.isForeign()
	})
	if u == nil {
		return nil, failed("users_not_found")
	}
	return object{"user": a.profile(u, false)}, nil
}

// defaultLocale is the locale of people who have not chosen one.
const defaultLocale = "en-US"

// profile returns a user as the Web API shows it. The email needs its own scope.
func (a *webAPI) profile(u *User, withLocale bool) object {
	shown := u.withoutErased()
	profile := object{"real_name": shown.RealName, "display_name": shown.Name, "team": u.TeamID}
	if a.ws.options.requireScope("users:read.email") == nil && shown.Email != "" && !u.EmailHidden {
		profile["email"] = shown.Email
	}
	user := object{
		"id": u.ID, "team_id": u.TeamID, "name": shown.Name, "real_name": shown.RealName, "deleted": u.deactivated(),
		"is_bot": u.IsBot, "is_restricted": u.IsGuest || u.IsUltraRestricted, "is_ultra_restricted": u.IsUltraRestricted,
		"is_admin": false, "is_owner": false, "is_primary_owner": false, "is_app_user": false, "updated": 1_700_000_000,
		"profile": profile,
	}
	if u.IsStranger || u.TeamID != teamID && (u.EnterpriseID == "" || u.EnterpriseID != a.ws.enterprise) {
		user["is_stranger"] = true
	}
	if u.IsForgotten {
		user["is_forgotten"] = true
	}
	if withLocale {
		user["locale"] = cmp.Or(u.Locale, defaultLocale)
	}
	a.addTimeZone(user, shown.TZ)
	if u.EnterpriseID != "" {
		user["enterprise_user"] = object{
			"id": u.ID, "enterprise_id": u.EnterpriseID, "enterprise_name": enterpriseName, "teams": []string{u.TeamID},
		}
	}
	return user
}

// withoutErased returns the user with the names that Slack shows for a person whose data was erased.
func (u *User) withoutErased() User {
	shown := *u
	if u.IsForgotten {
		shown.Name, shown.RealName, shown.Email, shown.TZ = "deactivateduser", "Deactivated User", "", ""
	}
	return shown
}

// addTimeZone adds the time zone of a user, unless it is empty or unknown.
func (a *webAPI) addTimeZone(user object, name string) {
	if zone, err := time.LoadLocation(name); err == nil && name != "" {
		label, offset := a.ws.options.Now().In(zone).Zone()
		user["tz"], user["tz_label"], user["tz_offset"] = name, label, offset
	}
}

// usergroupsList is https://docs.slack.dev/reference/methods/usergroups.list.
func (a *webAPI) usergroupsList(c call) (object, *apiError) {
	groups := []object{}
	for _, g := range a.ws.groups {
		group := object{
			"id": g.ID, "team_id": teamID, "is_usergroup": true, "name": g.Name, "handle": g.Handle, "description": "",
			"is_external": false, "date_delete": 0, "user_count": len(g.Members),
		}
		if c.isTrue("include_users") {
			group["users"] = g.Members
		}
		groups = append(groups, group)
	}
	return object{"usergroups": groups}, nil
}

// usergroupsUsersList is https://docs.slack.dev/reference/methods/usergroups.users.list.
func (a *webAPI) usergroupsUsersList(c call) (object, *apiError) {
	g := a.ws.group(c.str("usergroup"))
	if g == nil {
		return nil, failed("no_such_subteam")
	}
	members := []string{}
	for _, id := range g.Members {
		if u := a.ws.user(id); u != nil && (!u.deactivated() || c.isTrue("include_disabled")) {
			members = append(members, id)
		}
	}
	return object{"users": members}, nil
}
