package doctor

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"inactivebot/bot/approvers"
	"inactivebot/bot/blocks"
	"inactivebot/bot/slackapi"

	"github.com/slack-go/slack"
)

const approverCheck = "approvers"

// GroupCheck is the name of the check of the approver group.
const GroupCheck = "approver group"

// cannotApprove describes why a listed person cannot approve.
var cannotApprove = map[approvers.Verdict]string{
	approvers.Guest:        "is a guest",
	approvers.Deactivated:  "is deactivated",
	approvers.Bot:          "is a bot",
	approvers.Outsider:     "is not a member of this workspace",
	approvers.LookupFailed: "could not be looked up",
}

// whoCanApprove checks the approvers, the listed ones first. One who cannot approve
// is only a warning while another can.
func (d *Doctor) whoCanApprove(ctx context.Context) (all []Check) {
	ids, c, err := d.group(ctx)
	if c != nil {
		all = append(all, *c)
	}
	listed := len(uniq(d.Settings.Approvers))
	ids = uniq(append(slices.Clone(d.Settings.Approvers), ids...))
	able, unsure, first := 0, err != nil, ""
	var unable, hidden []string
	for looked, id := range ids {
		if looked == maxProfiles || looked >= listed && able > 0 && d.atStart {
			break // one member is enough at startup, and a large group takes too long.
		}
		v, why, hides := d.approver(ctx, id)
		if v == approvers.Allowed {
			able++
			first = cmp.Or(first, id)
			if hides {
				hidden = append(hidden, id)
			}
			continue
		}
		unable = append(unable, id+" "+why)
		unsure = unsure || v == approvers.LookupFailed
	}
	all = append(all, judgeApprovers(able, unsure, unable))
	if d.atStart || first == "" {
		return all
	}
	if len(hidden) > 0 {
		all = append(all, warning("approvers' emails", "Slack shows no email of "+strings.Join(hidden, ", ")+", so their own Atlassian accounts cannot be recognised and can be listed.",
			"add their account ids to INACTIVEBOT_PROTECT"))
	}
	return append(all, d.directMessage(ctx, first))
}

// maxProfiles is how many approvers are checked. Slack allows 100 look-ups a
// minute.
const maxProfiles = 50

// directMessage opens the direct message with an approver, without sending
// anything: the bot tells approvers so when the admin channel cannot be used.
func (d *Doctor) directMessage(ctx context.Context, user string) Check {
	const name = "direct messages"
	_, _, _, err := d.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
	switch {
	case slackapi.IsError(err, "missing_scope"):
		return warning(name, "Whether the bot can send direct messages to approvers was not checked: it lacks im:write.", slackapi.ScopesFix)
	case slackapi.IsError(err, "messages_tab_disabled", "cannot_dm_user", "user_disabled", "user_not_found", "access_denied", "restricted_action"):
		return warning(name, "The bot cannot send a direct message to "+user+", so approvers are not told when the admin channel cannot be used.",
			"turn on the Messages tab at "+slackapi.AppsPage+" → App Home, and check that the workspace lets apps send direct messages")
	case err != nil:
		return slackFailed(name, err, slackapi.AsFatal(err))
	}
	return good(name, "The bot can open a direct message to %s.", user)
}

// judgeApprovers returns the check for a number of people who can approve and the
// list of those who cannot. Unsure reports whether a look-up failed.
func judgeApprovers(able int, unsure bool, unable []string) Check {
	const fix = "list people of this workspace in INACTIVEBOT_APPROVERS (a person's profile → ⋮ → Copy member ID) or add them to the group; guests, bots and people from outside cannot approve"
	list := strings.Join(unable, ", ")
	switch {
	case able == 0 && unsure:
		return warning(approverCheck, "It is not certain that anyone can approve: "+cmp.Or(list, "the members of the group could not be read")+".", fix)
	case able == 0:
		return failure(approverCheck, "No one can approve: "+cmp.Or(list, "no approvers are listed")+".", fix)
	case len(unable) > 0:
		return warning(approverCheck, blocks.People(able)+" can approve, but "+list+".", fix)
	case able == 1:
		return good(approverCheck, "1 person can approve. With two, a safety lock can be overridden the same day.")
	}
	return good(approverCheck, "%s can approve.", blocks.People(able))
}

func uniq(ids []string) (out []string) {
	for _, id := range ids {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// approver reports whether a user can approve and, if not, why, and whether Slack
// hides the user's email.
func (d *Doctor) approver(ctx context.Context, id string) (v approvers.Verdict, why string, hides bool) {
	u, err := d.approvers.User(ctx, id)
	if approvers.IsUnknownUser(err) {
		return approvers.NotApprover, "is unknown to Slack", false
	}
	if err != nil {
		v = approvers.LookupFailed
		if slackapi.AsFatal(err) != nil {
			v = approvers.NotApprover
		}
		cause, _ := slackCause(err)
		return v, cannotApprove[approvers.LookupFailed] + " (" + cause + ")", false
	}
	v = d.approvers.JudgeProfile(u)
	return v, cannotApprove[v], u.Profile.Email == ""
}

// group returns the members of the approver group and its check, which is nil if
// no group is set. It returns an error if Slack did not return the members.
func (d *Doctor) group(ctx context.Context) (members []string, c *Check, unknown error) {
	if d.Settings.ApproverGroup == "" {
		return nil, nil, nil
	}
	members, err := d.approvers.Members(ctx)
	var found Check
	switch {
	case approvers.IsUnknownGroup(err):
		found = failure(GroupCheck, "Slack has no user group "+d.Settings.ApproverGroup+" (INACTIVEBOT_APPROVER_GROUP).",
			"copy the id at Slack → Directories → User groups → the group → ⋮ → Copy group ID into INACTIVEBOT_APPROVER_GROUP")
	case err != nil:
		found, unknown = slackFailed(GroupCheck, err, slackapi.AsFatal(err)), err
	case len(members) == 0:
		found = warning(GroupCheck, "The approver group has no members.", "add people to it in Slack → Directories → User groups")
	default:
		found = good(GroupCheck, "The approver group contains %s.", blocks.People(len(members)))
	}
	return members, &found, unknown
}
