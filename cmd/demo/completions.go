package main

import "inactivebot/bot/slacktest"

// hints complete what a person types after /inactive. In Slack there is one
// usage hint for the whole command; a newcomer to the demo is helped more.
var hints = []slacktest.Hint{
	{Text: "scan [days]", Description: "Look now and report; with fewer days, for you alone"},
	{Text: "report", Description: "Show where the current report is"},
	{Text: "exclude <who…> [until YYYY-MM-DD] [reason…]", Description: "Leave people alone from now on"},
	{Text: "include <who…>", Description: "End exclusions"},
	{Text: "exclusions", Description: "Who is excluded, and by which rules"},
	{Text: "restore <who…>", Description: "Give somebody's access back"},
	{Text: "suspended", Description: "Whom the bot has suspended"},
	{Text: "why <who…>", Description: "Why somebody is listed, or is not"},
	{Text: "status", Description: "How the bot is doing"},
	{Text: "history [who]", Description: "What was decided and done"},
	{Text: "pause", Description: "Stop all suspensions at once"},
	{Text: "resume", Description: "Allow suspensions again"},
	{Text: "help", Description: "All commands"},
}
