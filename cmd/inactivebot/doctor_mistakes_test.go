package main

import (
	"bytes"
	"hash/crc32"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
	"inactivebot/storage"
)

// mistake is something planted, and the one line that must name it.
type mistake struct {
	of    slacktest.Options
	plant func(*patient)
	line  string // how the line begins.
	fix   string // a part of it that says what to do.
}

var mistakes = map[string]mistake{
	"a schedule that is none": {plant: func(p *patient) { p.set("INACTIVEBOT_SCHEDULE", "monday") }, line: "✗ settings: INACTIVEBOT_SCHEDULE", fix: "robfig/cron"},
	"no channel":              {plant: func(p *patient) { delete(p.env, "INACTIVEBOT_CHANNEL") }, line: "✗ settings: INACTIVEBOT_CHANNEL is not set", fix: "Channel ID"},
	"a channel's name":        {plant: func(p *patient) { p.set("INACTIVEBOT_CHANNEL", "#admins") }, line: "✗ settings: INACTIVEBOT_CHANNEL", fix: "Channel ID"},
	"the tokens exchanged":    {plant: func(p *patient) { p.set("SLACK_BOT_TOKEN", p.slack.AppToken) }, line: "✗ settings: SLACK_BOT_TOKEN", fix: "Bot User OAuth Token"},
	"another bot token":       {plant: func(p *patient) { p.set("SLACK_BOT_TOKEN", "xoxb-planted") }, line: "✗ bot token: ", fix: "SLACK_BOT_TOKEN"},
	"another app token":       {plant: func(p *patient) { p.set("SLACK_APP_TOKEN", "xapp-planted") }, line: "✗ Socket Mode: ", fix: "connections:write"},
	"Socket Mode off": {plant: func(p *patient) {
		p.must(p.slack.Fault(slacktest.Fault{Method: "apps.connections.open", Count: 9, Error: "link_disabled"}))
	}, line: "✗ Socket Mode: ", fix: "Socket Mode is on"},
	"a scope less": {of: slacktest.Options{BotScopes: without("files:write")}, line: "✗ scopes: The bot lacks files:write.", fix: "App Manifest"},
	"no scope to look at the channel": {
		of: slacktest.Options{BotScopes: without("groups:read")}, line: "✗ channel: Slack refuses", fix: "install the app again",
	},
	"Slack is down": {plant: func(p *patient) {
		p.must(p.slack.Fault(slacktest.Fault{Method: "auth.test", Count: 9, Status: 503}))
	}, line: "! bot token: Slack gives no answer", fix: "status.slack.com"},
	"another channel": {plant: func(p *patient) { p.set("INACTIVEBOT_CHANNEL", "C0ANOTHER01") }, line: "✗ channel: Slack shows the bot no channel", fix: "/invite"},
	"the bot was left out": {plant: func(p *patient) {
		p.channel(func(c *slacktest.Channel) { c.Members, c.IsPrivate = nil, false })
		p.set("INACTIVEBOT_ALLOW_PUBLIC_CHANNEL", "true")
	}, line: "✗ channel: The bot is not in", fix: "/invite"},
	"a public channel": {plant: func(p *patient) { p.channel(func(c *slacktest.Channel) { c.IsPrivate = false }) }, line: "✗ channel: The channel (INACTIVEBOT_CHANNEL) is public", fix: "make it private"},
	"public, as allowed": {plant: func(p *patient) {
		p.channel(func(c *slacktest.Channel) { c.IsPrivate = false })
		p.set("INACTIVEBOT_ALLOW_PUBLIC_CHANNEL", "true")
	}, line: "! channel: ", fix: "make it private"},
	"a shared channel": {plant: func(p *patient) {
		p.channel(func(c *slacktest.Channel) { c.IsShared = true })
		p.set("INACTIVEBOT_ALLOW_PUBLIC_CHANNEL", "true")
	}, line: "✗ channel: The channel (INACTIVEBOT_CHANNEL) is shared", fix: "private channel of your own"},
	"an archived channel":   {plant: func(p *patient) { p.channel(func(c *slacktest.Channel) { c.Archived = true }) }, line: "✗ channel: The channel (INACTIVEBOT_CHANNEL) is archived", fix: "archive"},
	"an unknown approver":   {plant: func(p *patient) { p.set("INACTIVEBOT_APPROVERS", "U0NOBODY001,"+p.slack.Users.Approver) }, line: "! approvers: 1 can approve; but U0NOBODY001 is unknown", fix: "Copy member ID"},
	"only an unknown one":   {plant: func(p *patient) { p.set("INACTIVEBOT_APPROVERS", "U0NOBODY001") }, line: "✗ approvers: Nobody could approve", fix: "Copy member ID"},
	"a guest":               {plant: func(p *patient) { p.approver(func(u *slacktest.User) { u.IsGuest = true }) }, line: "! approvers: 1 can approve; but U0APPROVER1 is a guest", fix: "guests"},
	"somebody who left":     {plant: func(p *patient) { p.approver(func(u *slacktest.User) { u.Deleted = true }) }, line: "! approvers: 1 can approve; but U0APPROVER1 is deactivated", fix: "INACTIVEBOT_APPROVERS"},
	"a bot that approves":   {plant: func(p *patient) { p.approver(func(u *slacktest.User) { u.IsBot = true }) }, line: "! approvers: 1 can approve; but U0APPROVER1 is a bot", fix: "bots"},
	"somebody from outside": {plant: func(p *patient) { p.set("INACTIVEBOT_APPROVERS", p.slack.Users.Outsider) }, line: "✗ approvers: Nobody could approve: U0OUTSIDER1 is not of this workspace", fix: "from outside"},
	"an unknown group":      {plant: func(p *patient) { p.set("INACTIVEBOT_APPROVER_GROUP", "S0NOWHERE01") }, line: "✗ approver group: Slack knows no user group", fix: "Copy group ID"},
	"a group without people": {plant: func(p *patient) {
		p.set("INACTIVEBOT_APPROVER_GROUP", p.slack.Group)
		p.slack.SetGroup(slacktest.Group{ID: p.slack.Group})
	}, line: "! approver group: ", fix: "add people"},
	"another key":          {plant: func(p *patient) { p.set("ATLASSIAN_API_KEY", "planted") }, line: "✗ API key: Atlassian refuses", fix: "make a new one without scopes"},
	"another organisation": {plant: func(p *patient) { p.set("ATLASSIAN_ORG_ID", "another") }, line: "✗ API key: Atlassian knows no such organisation", fix: "copy it from"},
	"a key without the right": {plant: func(p *patient) {
		p.must(p.org.Fault(atlassiantest.Fault{Route: "*", Count: 99, Status: 403}))
	}, line: "✗ API key: The API key", fix: "organisation admin"},
	"a key that has ended": {plant: func(p *patient) { p.set("ATLASSIAN_API_KEY_EXPIRES", "2020-01-01") }, line: "✗ API key's end: ", fix: "make a new key"},
	"nobody knows its end": {plant: func(p *patient) { delete(p.env, "ATLASSIAN_API_KEY_EXPIRES") }, line: "! API key's end: ", fix: "ATLASSIAN_API_KEY_EXPIRES"},
	"an unknown directory": {plant: func(p *patient) { p.set("ATLASSIAN_DIRECTORY_ID", "another") }, line: "✗ directory: ", fix: "set ATLASSIAN_DIRECTORY_ID"},
	"several directories":  {plant: severalDirectories, line: "✗ directory: The organisation has several", fix: "set ATLASSIAN_DIRECTORY_ID"},
	"activity is not told": {plant: func(p *patient) { p.must(p.org.Org(atlassiantest.OrgSettings{Expand: "omit"})) }, line: "! activity: ", fix: "nothing must be done"},
	"the search refuses":   {plant: func(p *patient) { p.must(p.org.Org(atlassiantest.OrgSettings{Expand: "refused"})) }, line: "! activity: The search refuses", fix: "nothing must be done"},
	"activity cannot be read again": {plant: func(p *patient) {
		p.must(p.org.Fault(atlassiantest.Fault{Route: "GET last-active-dates", Count: 9, Status: 403}))
	}, line: "✗ second look: The API key", fix: "organisation admin"},
	"another program takes the rate limit": {plant: func(p *patient) {
		p.must(p.org.Fault(atlassiantest.Fault{Route: "POST users/search", Count: 9, Headers: map[string]string{"X-RateLimit-Remaining": "40"}}))
	}, line: "! rate limits: Somebody else uses up", fix: "another program"},
	"a directory without anybody": {plant: func(p *patient) {
		p.must(p.org.Fault(atlassiantest.Fault{Route: "POST users/search", Count: 9, Body: new(atlassiantest.Text(`{"data":[],"links":{}}`))}))
	}, line: "✗ activity: The directory shows the API key no active person", fix: "organisation admin"},
	"no WebSocket": {plant: func(p *patient) {
		p.must(p.slack.Disconnect(slacktest.Disconnect{Reason: "cut", RefuseForS: 600}))
	}, line: "! Socket Mode: Slack takes SLACK_APP_TOKEN, but no WebSocket", fix: "proxy"},
	"a bot that is running elsewhere": {plant: func(p *patient) { p.connect() }, line: "! Socket Mode: The app has 2 connections", fix: "find the other one"},
	"a clock that is off":             {plant: func(p *patient) { p.must(p.org.Org(atlassiantest.OrgSettings{ClockSkewS: new(900)})) }, line: "✗ clock: ", fix: "NTP"},
	"no place for a database":         {plant: func(p *patient) { p.set("INACTIVEBOT_DATABASE", filepath.Join(p.dir, "nowhere", "bot.db")) }, line: "✗ database: ", fix: "check that its directory exists"},
	"no place for copies":             {plant: func(p *patient) { p.set("INACTIVEBOT_BACKUP_DIR", filepath.Join(p.dir, "nowhere")) }, line: "✗ daily copies: ", fix: "make the directory"},
	"a file in the place of copies": {plant: func(p *patient) {
		p.must(os.WriteFile(filepath.Join(p.dir, "copies"), nil, 0o600))
		p.set("INACTIVEBOT_BACKUP_DIR", filepath.Join(p.dir, "copies"))
	}, line: "✗ daily copies: ", fix: "make the directory"},
	"a file that is none": {plant: func(p *patient) {
		p.must(os.WriteFile(p.env["INACTIVEBOT_DATABASE"], bytes.Repeat([]byte("x"), 9999), 0o600))
	}, line: "✗ database: Database damaged", fix: "To do: replace the file with a backup"},
	"a newer database": {plant: newer, line: "✗ database: The database", fix: "has schema 99, but this program supports only up to 1. To do: run the newer program"},
	"a copy put back":  {plant: aCopy, line: "! database: ", fix: "start the bot if that is what you want"},
}

func without(scope string) (scopes []string) {
	for _, s := range slacktest.DefaultBotScopes() {
		if s != scope {
			scopes = append(scopes, s)
		}
	}
	return scopes
}

func severalDirectories(p *patient) {
	p.must(p.org.Org(atlassiantest.OrgSettings{Directories: []atlassiantest.Directory{{ID: p.org.DirectoryID, Name: "One"}, {ID: "two", Name: "Two"}}}))
}

func aCopy(p *patient) {
	store, err := storage.Open(filepath.Join(p.dir, "original.db"))
	p.must(err)
	defer func() { p.must(store.Close()) }()
	p.must(store.SaveCopy(p.env["INACTIVEBOT_DATABASE"], false, time.Now().UTC()))
}

// newer makes a database of a program to come. Its values are JSON behind a
// CRC-32C of bucket, key and value, as package storage describes.
func newer(p *patient) {
	path, bucket, key, value := p.env["INACTIVEBOT_DATABASE"], "meta", "schema", "99"
	makeDatabase(p.t, path)
	db, err := bolt.Open(path, 0o600, nil)
	p.must(err)
	sum := crc32.Checksum([]byte(bucket+key+value), crc32.MakeTable(crc32.Castagnoli))
	p.must(db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucket)).Put([]byte(key), append([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}, value...))
	}))
	p.must(db.Close())
}
