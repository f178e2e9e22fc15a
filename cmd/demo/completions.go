package main

import "inactivebot/bot/slacktest"

// completions complete the text after /inactive. Slack itself shows only one
// usage hint for the whole command.
var completions = []slacktest.Completion{
	{Text: "scan [days]", Description: "Scan now and post a report; with fewer days, only for you"},
	{Text: "report", Description: "Link to the current report"},
	{Text: "exclude <who…> [until YYYY-MM-DD] [reason…]", Description: "Exclude people"},
	{Text: "include <who…>", Description: "End exclusions"},
	{Text: "exclusions", Description: "List exclusions and rules"},
	{Text: "restore <who…>", Description: "Restore access"},
	{Text: "suspended", Description: "People suspended by the bot"},
	{Text: "why <who…>", Description: "Why a person is or is not listed"},
	{Text: "status", Description: "Status of the bot"},
	{Text: "history [who]", Description: "Decisions and actions"},
	{Text: "pause", Description: "Stop all suspensions at once"},
	{Text: "resume", Description: "Allow suspensions again"},
	{Text: "help", Description: "All commands"},
}
