package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"inactivebot/bot/approvers"
	"inactivebot/bot/slackapi"

	"github.com/slack-go/slack"
)

const approverCheck = "approvers"

// GroupCheck is the name of the check of the approver group.
const GroupCheck = "approver group"

// whyNot is why somebody who is named may not press.
var whyNot = map[approvers.Verdict]string{
	approvers.Guest:        "is a guest",
	approvers.Deactivated:  "is deactivated",
	approvers.Bot:          "is a bot",
	approvers.Outsider:     "is not of this workspace",
	approvers.LookupFailed: "could not be looked up",
}

// whoMayPress looks at every approver. One who may not press is a warning as
// long as another may.
func (d *Doctor) whoMayPress(ctx context.Context) (all []Check) {
	ids, c, err := d.group(ctx)
	if c != nil {
		all = append(all, *c)
	}
	ids = append(ids, d.Settings.Approvers...)
	may, unsure := 0, err != nil
	var not []string
	for _, id := range uniq(ids) {
		v, why := d.approver(ctx, id)
		if v == approvers.Allowed {
			may++
			continue
		}
		not = append(not, id+" "+why)
		unsure = unsure || v == approvers.LookupFailed
	}
	return append(all, approversFound(may, unsure, not))
}

func approversFound(may int, unsure bool, not []string) Check {
	const fix = "name people of this workspace in INACTIVEBOT_APPROVERS (a person's profile → ⋮ → Copy member ID) or in the group; guests, bots and people from outside cannot approve"
	said := strings.Join(not, ", ")
	switch {
	case may == 0 && !unsure:
		if said == "" {
			said = "nobody is named"
		}
		return failure(approverCheck, "Nobody could approve: "+said+".", fix)
	case len(not) > 0 || may == 0:
		return warning(approverCheck, fmt.Sprintf("%d can approve; but %s.", may, said), fix)
	case may == 1:
		return good(approverCheck, "1 person can approve. With two, a safety lock can be overridden the same day.")
	}
	return good(approverCheck, "%d people can approve.", may)
}

func uniq(ids []string) (out []string) {
	seen := map[string]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// approver is whether one id may press, and if not, why.
func (d *Doctor) approver(ctx context.Context, id string) (v approvers.Verdict, why string) {
	u, err := d.approvers.User(ctx, id)
	var said slack.SlackErrorResponse
	switch {
	case errors.As(err, &said) && (said.Err == "user_not_found" || said.Err == "user_not_visible"):
		return approvers.NotApprover, "is unknown to Slack"
	case slackapi.AsFatal(err) != nil:
		return approvers.NotApprover, "cannot be looked up by the bot (" + slackCause(err) + ")"
	case err != nil:
		return approvers.LookupFailed, whyNot[approvers.LookupFailed] + " (" + slackCause(err) + ")"
	}
	v = d.approvers.JudgeProfile(u)
	return v, whyNot[v]
}

// group are the members of the approver group; the check is nil without one. The
// error is that Slack did not say who they are, or whether there is such a group.
func (d *Doctor) group(ctx context.Context) (members []string, c *Check, unknown error) {
	if d.Settings.ApproverGroup == "" {
		return nil, nil, nil
	}
	const fix = "copy the id at Slack → Directories → User groups → the group → ⋮ → Copy group ID into INACTIVEBOT_APPROVER_GROUP"
	members, err := d.approvers.Members(ctx)
	var found Check
	var said slack.SlackErrorResponse
	switch {
	case errors.As(err, &said) && (said.Err == "no_such_subteam" || said.Err == "subteam_not_found"):
		found = failure(GroupCheck, "Slack knows no user group "+d.Settings.ApproverGroup+" (INACTIVEBOT_APPROVER_GROUP).", fix)
	case err != nil:
		found, unknown = slackFailed(GroupCheck, err, fix), err
	case len(members) == 0:
		found = warning(GroupCheck, "The approver group has no members.", "add people to it in Slack → Directories → User groups")
	default:
		found = good(GroupCheck, "It has %d members.", len(members))
	}
	return members, &found, unknown
}
