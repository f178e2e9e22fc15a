package problem

import (
	"context"
	"errors"

	"inactivebot/atlassian"
	"inactivebot/storage"
)

// Code returns the code of an error of Atlassian or of the database, for
// records and for [Text].
func Code(err error) string {
	switch atlassian.KindOf(err) {
	case atlassian.KindUnauthorized:
		return "key_refused"
	case atlassian.KindForbidden:
		return "forbidden"
	case atlassian.KindNotFound:
		return "not_found"
	case atlassian.KindRateLimited:
		return "rate_limited"
	case atlassian.KindServer:
		return "server"
	case atlassian.KindTransport:
		return NetworkCode(err)
	case atlassian.KindUnreadable:
		return "unreadable"
	case atlassian.KindRedirected:
		return "redirected"
	case atlassian.KindGone:
		return "gone"
	case atlassian.KindConflict:
		return "conflict"
	case atlassian.KindRefused:
		return "refused"
	}
	if _, ok := errors.AsType[DirectoryError](err); ok {
		return "directory"
	}
	if _, ok := errors.AsType[GroupError](err); ok {
		return "group_names"
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return "interrupted"
	}
	if _, ok := errors.AsType[storage.ErrNotWritten](err); ok {
		return "not_written"
	}
	return "internal"
}

// Explain returns what people read about an error, and what to do.
func Explain(err error) string { return Text(Code(err)) }

// Text returns what people read about the error with a code, and what to do.
func Text(code string) string {
	switch code {
	case "key_refused":
		return "Atlassian refuses the API key. Make a new one without scopes at admin.atlassian.com → Settings → API keys, set ATLASSIAN_API_KEY, and restart the bot."
	case "forbidden":
		return "The API key may not manage this organisation. An organisation admin must make a new one, without scopes, at admin.atlassian.com → Settings → API keys."
	case "not_found":
		return "Atlassian does not know the organisation or its directory. Check ATLASSIAN_ORG_ID and ATLASSIAN_DIRECTORY_ID."
	case "rate_limited":
		return "Atlassian's rate limit let nothing through for a long time. Wait an hour; if it stays so, look for another program that uses the same organisation's API."
	case "server":
		return "Atlassian answers with errors. See status.atlassian.com."
	case "no_answer":
		return "Atlassian does not answer. Check the network between the bot and api.atlassian.com."
	case "no_name", "no_proxy", "not_trusted":
		return "Atlassian does not answer: " + NetworkText(code) + "."
	case "unreadable":
		return "Atlassian's answers cannot be read. Check whether a proxy stands between the bot and api.atlassian.com; if none does, a newer version of the bot may be needed."
	case "redirected":
		return "The API answered with a redirect, which the bot never follows with the key. Check ATLASSIAN_API_URL."
	case "gone":
		return "Atlassian has ended this part of its API. A newer version of the bot is needed."
	case "directory":
		return "The directory to use is not clear. Set ATLASSIAN_DIRECTORY_ID."
	case "group_names":
		return "Atlassian tells no names of groups here, so a rule that names a group cannot be judged. Write the group's id in the rule, as in group:0e3f…"
	case "refused", "conflict":
		return "Atlassian refused the request. Check ATLASSIAN_ORG_ID and ATLASSIAN_DIRECTORY_ID, and the key at admin.atlassian.com → Settings → API keys."
	case "interrupted":
		return "The scan was interrupted."
	case "not_written":
		return "The bot cannot write its database, perhaps because the disk is full. Its log names the file; please try again when there is room."
	}
	return "Something went wrong inside the bot; its log says more."
}
