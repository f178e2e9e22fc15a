package blocks

import (
	"fmt"

	"inactivebot/storage"
)

const newKeySteps = "Make a new one without scopes at admin.atlassian.com → Settings → API keys, set ATLASSIAN_API_KEY and ATLASSIAN_API_KEY_EXPIRES, and restart the bot."

// warningText is about what will keep the bot from working one day, or has kept it.
func warningText(n storage.Note) string {
	switch n.Kind {
	case storage.NoteKeyEnds:
		return keyEndsText(n)
	case storage.NoteKeyOld:
		return fmt.Sprintf("The bot has used the same Atlassian API key since %s, for %s. Such a key lives a year at most, so it ends on %s at the latest, and without one the bot can neither read nor suspend nor restore anybody. %s",
			Day(n.Until), daysText(days(n.Until, n.At)), Day(n.Until.AddDate(1, 0, 0)), newKeySteps)
	case storage.NoteMissed:
		return fmt.Sprintf("%s scheduled reports before this one are missing: the last that came was due by %s. The bot was not running, or could not read Atlassian. Look at its log of that time, and see that it is started again by itself and that /readyz is watched (README, Watch it).",
			Escape(n.Text), Day(n.Until))
	case storage.NoteCallsRefused:
		return "Since the last report, or since the bot was started, these calls were refused: " + Escape(n.Text) + ". The bot waited or tried again where that helps. Refused by a rate limit, see whether another program uses the same API; refused for lack of rights, see whether an organisation admin has made the key, without scopes, and type `/inactive status`."
	}
	return "The bot's database has grown to " + Escape(n.Text) + ". It works, and every copy of it takes as much room: see to the free space of its disk, or keep names for a shorter time with INACTIVEBOT_RETENTION."
}

func keyEndsText(n storage.Note) string {
	when := fmt.Sprintf("ends on %s, in %s", Day(n.Until), daysText(days(n.At, n.Until)))
	if !n.At.Before(n.Until) {
		when = "has ended, by its setting, on " + Day(n.Until)
	}
	return "Atlassian's API key " + when + ". Without a key the bot can neither read nor suspend nor restore anybody. " + newKeySteps
}
