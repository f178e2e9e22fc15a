// Package doctor checks everything that the bot needs: the database and its
// backups; Slack's tokens, scopes, channel and approvers; Atlassian's key,
// directory, activity and rate limits; the clock; and the schedule. It changes
// nothing. Each [Check] says what was found and, if something is wrong, what to
// do. [AtStart] runs the part that the bot checks at startup.
package doctor
