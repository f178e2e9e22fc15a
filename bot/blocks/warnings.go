package blocks

import (
	"fmt"

	"inactivebot/storage"
)

// newKeySteps says how to replace the API key.
const newKeySteps = "Create a new key without scopes at admin.atlassian.com → Settings → API keys, set ATLASSIAN_API_KEY and ATLASSIAN_API_KEY_EXPIRES, and restart the bot."

// warningText returns a warning about something that keeps the bot from working, now
// or later.
func warningText(n storage.Note) string {
	switch n.Kind {
	case storage.NoteKeyExpires:
		return keyEndsText(n)
	case storage.NoteKeyOld:
		return fmt.Sprintf("The bot has used the same Atlassian API key since %s, for %s. API keys are valid for at most one year, so this one expires by %s. Without a key the bot can neither check, suspend nor restore anyone. %s",
			Date(n.Until), daysText(days(n.Until, n.At)), Date(n.Until.AddDate(1, 0, 0)), newKeySteps)
	case storage.NoteMissedReports:
		return fmt.Sprintf("%s scheduled reports before this one are missing. The last one posted was due by %s. The bot was not running or could not read from Atlassian. Check its log for that time. Make sure that it is restarted automatically and that /readyz is monitored (see cmd/inactivebot/OPERATIONS.md).",
			Escape(n.Text), Date(n.Until))
	case storage.NoteCallsRefused:
		return "Since the last report or the last start, these requests were rejected: " + Escape(n.Text) + ". The bot waited or retried where that helps. For a rate limit, check whether another program uses the same API. For a missing permission, check that an organisation admin created the key without scopes, and type `/inactive status`."
	}
	return "The bot's database has grown to " + Escape(n.Text) + ". It works, but every backup takes as much space. Check the free disk space, or keep names for a shorter time with INACTIVEBOT_RETENTION."
}

// keyEndsText warns that the API key expires or has expired.
func keyEndsText(n storage.Note) string {
	when := fmt.Sprintf("expires on %s, in %s", Date(n.Until), daysText(days(n.At, n.Until)))
	if !n.At.Before(n.Until) {
		when = "expired on " + Date(n.Until) + ", according to ATLASSIAN_API_KEY_EXPIRES"
	}
	return "The Atlassian API key " + when + ". Without a key the bot can neither check, suspend nor restore anyone. " + newKeySteps
}
