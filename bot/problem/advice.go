package problem

import "strings"

// Advice is what people read about a problem.
type Advice struct {
	Problem string // what is wrong, a sentence.
	Fix     string // what to do, in the imperative, without a full stop.
}

// String returns both as sentences.
func (a Advice) String() string {
	if a.Fix == "" {
		return a.Problem
	}
	return a.Problem + " " + strings.ToUpper(a.Fix[:1]) + a.Fix[1:] + "."
}

// rejectedRequest describes a request that Atlassian rejected for a reason that
// the status does not tell.
var rejectedRequest = Advice{
	"Atlassian rejected the request.",
	"check ATLASSIAN_ORG_ID and ATLASSIAN_DIRECTORY_ID, and the key at admin.atlassian.com → Settings → API keys",
}

// adminFix is what to do if admins cannot be recognised.
const adminFix = "check that an organisation admin created the API key, without scopes, and scan again; if nothing changes, ask Atlassian's support why users/search does not return platformRoles or ignores roleIds"

var internalError = Advice{"Something went wrong inside the bot.", "look for the cause in its log"}

// advice maps the codes of [Code] to what people read. The codes in networkCauses
// are not repeated here.
var advice = map[string]Advice{
	"key_refused": {
		"Atlassian rejected the API key.",
		"create a new one without scopes at admin.atlassian.com → Settings → API keys, set ATLASSIAN_API_KEY to it, and restart the bot",
	},
	"forbidden": {
		"The API key may not manage this organisation.",
		"ask an organisation admin to create a new one without scopes at admin.atlassian.com → Settings → API keys, set ATLASSIAN_API_KEY to it, and restart the bot",
	},
	"not_found": {
		"Atlassian cannot find the organisation or its directory.",
		"check ATLASSIAN_ORG_ID (copy it from admin.atlassian.com → Settings → API keys) and ATLASSIAN_DIRECTORY_ID",
	},
	"rate_limited": {
		"Atlassian's rate limit has blocked all requests for a long time.",
		"wait an hour; if nothing changes, look for another program that uses the API of this organisation",
	},
	"server":     {"Atlassian returns server errors.", "see status.atlassian.com"},
	"no_answer":  {"Atlassian does not answer.", "check the network between the bot and api.atlassian.com"},
	"unreadable": {"Atlassian's answers cannot be read.", "check whether a proxy between the bot and api.atlassian.com changes them; if not, a newer version of the bot may be needed"},
	"redirected": {"The API answered with a redirect, which the bot does not follow.", "check ATLASSIAN_API_URL"},
	"gone":       {"Atlassian has removed this part of its API.", "install a newer version of the bot"},
	"directory":  {"It is not clear which directory to use.", "set ATLASSIAN_DIRECTORY_ID to its id"},
	"group_names": {
		"Atlassian does not return group names here, so a rule with a group name cannot be evaluated.",
		"write the group's id, such as group:0e3f…, in the rule",
	},
	string(NoOrgAdmin): {
		"Atlassian's search for organisation admins found none. There is always one, so the roles that protect admins could not be read.",
		adminFix,
	},
	string(RolesMissing): {
		"Roles could not be read: Atlassian returned them for no one, not even for admins.",
		adminFix,
	},
	string(RolesContradict): {
		"Roles could not be read: Atlassian's search by role does not agree with the roles of the people it finds.",
		adminFix,
	},
	string(GroupsIgnored): {
		"Atlassian's search by group returns people for a group that does not exist, so a rule with a group cannot be evaluated.",
		"exclude these people by account id instead, remove the rule, and scan again",
	},
	"refused":     rejectedRequest,
	"conflict":    rejectedRequest,
	"interrupted": {"The scan was interrupted.", "start it again"},
	"not_written": {
		"The bot cannot write its database, perhaps because the disk is full.",
		"look for the file's name in the log, and try again when there is room",
	},
	"internal": internalError,
}

// Advise returns what people read about the error with a code. An unknown code is
// an internal error.
func Advise(code string) Advice {
	if cause, fix := NetworkCause(code); cause != "" {
		return Advice{Problem: "Atlassian does not answer: " + cause + ".", Fix: fix}
	}
	if a, ok := advice[code]; ok {
		return a
	}
	return internalError
}

// Text returns the advice for a code as text.
func Text(code string) string { return Advise(code).String() }

// Explain returns the advice for an error as text.
func Explain(err error) string { return Text(Code(err)) }
