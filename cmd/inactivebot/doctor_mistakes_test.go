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

// mistake is one thing wrong with an installation, and the line that must report
// it.
type mistake struct {
	slack slacktest.Options
	plant func(*installation)
	line  string // the beginning of the line.
	fix   string // a part of the line that says what to do.
}

var mistakes = map[string]mistake{
	"an invalid schedule": {plant: func(p *installation) { p.set("INACTIVEBOT_SCHEDULE", "monday") }, line: "✗ settings: INACTIVEBOT_SCHEDULE", fix: "robfig/cron"},
	"no channel":          {plant: func(p *installation) { delete(p.env, "INACTIVEBOT_CHANNEL") }, line: "✗ settings: INACTIVEBOT_CHANNEL is not set", fix: "Channel ID"},
	"a channel's name":    {plant: func(p *installation) { p.set("INACTIVEBOT_CHANNEL", "#admins") }, line: "✗ settings: INACTIVEBOT_CHANNEL", fix: "Channel ID"},
	"the wrong token":     {plant: func(p *installation) { p.set("SLACK_BOT_TOKEN", p.slack.AppToken) }, line: "✗ settings: SLACK_BOT_TOKEN", fix: "Bot User OAuth Token"},
	"another bot token":   {plant: func(p *installation) { p.set("SLACK_BOT_TOKEN", "xoxb-planted") }, line: "✗ bot token: Slack rejected SLACK_BOT_TOKEN", fix: "SLACK_BOT_TOKEN"},
	"another app token":   {plant: func(p *installation) { p.set("SLACK_APP_TOKEN", "xapp-planted") }, line: "✗ Socket Mode: Slack rejected SLACK_APP_TOKEN", fix: "connections:write"},
	"Socket Mode off": {plant: func(p *installation) {
		p.must(p.slack.Fault(slacktest.Fault{Method: "apps.connections.open", Count: 9, Error: "link_disabled"}))
	}, line: "✗ Socket Mode: ", fix: "turn on Socket Mode"},
	"hidden emails": {plant: func(p *installation) {
		p.set("INACTIVEBOT_PROTECT", "kim@example.com")
		for _, person := range p.org.AllPeople() {
			p.org.ChangePerson(person.AccountID, func(p *atlassiantest.Person) { p.EmailHidden = true })
		}
	}, line: "! hidden emails: The emails that INACTIVEBOT_PROTECT needs are hidden by 50 of 50 people", fix: "use account ids instead of emails in INACTIVEBOT_PROTECT"},
	"a missing scope": {slack: slacktest.Options{BotScopes: without("files:write")}, line: "✗ scopes: The bot lacks files:write.", fix: "App Manifest"},
	"no scope to look at the channel": {
		slack: slacktest.Options{BotScopes: without("groups:read")}, line: "✗ channel: Slack rejected SLACK_BOT_TOKEN", fix: "install the app again",
	},
	"Slack is down": {plant: func(p *installation) {
		p.must(p.slack.Fault(slacktest.Fault{Method: "auth.test", Count: 9, Status: 503}))
	}, line: "! bot token: The request to Slack failed", fix: "status.slack.com"},
	"another channel": {plant: func(p *installation) { p.set("INACTIVEBOT_CHANNEL", "C0ANOTHER01") }, line: "✗ channel: The bot cannot see the channel", fix: "/invite"},
	"the bot is not in the channel": {plant: func(p *installation) {
		p.channel(func(c *slacktest.Channel) { c.Members, c.IsPrivate = nil, false })
		p.set("INACTIVEBOT_ALLOW_PUBLIC_CHANNEL", "true")
	}, line: "✗ channel: The bot is not in", fix: "/invite"},
	"a public channel": {plant: func(p *installation) { p.channel(func(c *slacktest.Channel) { c.IsPrivate = false }) }, line: "✗ channel: The channel (INACTIVEBOT_CHANNEL) is public", fix: "make it private"},
	"public, as allowed": {plant: func(p *installation) {
		p.channel(func(c *slacktest.Channel) { c.IsPrivate = false })
		p.set("INACTIVEBOT_ALLOW_PUBLIC_CHANNEL", "true")
	}, line: "! channel: ", fix: "make it private"},
	"a shared channel": {plant: func(p *installation) {
		p.channel(func(c *slacktest.Channel) { c.IsShared = true })
		p.set("INACTIVEBOT_ALLOW_PUBLIC_CHANNEL", "true")
	}, line: "✗ channel: The channel (INACTIVEBOT_CHANNEL) is shared", fix: "private channel that is not shared"},
	"an archived channel":      {plant: func(p *installation) { p.channel(func(c *slacktest.Channel) { c.Archived = true }) }, line: "✗ channel: The channel (INACTIVEBOT_CHANNEL) is archived", fix: "archive"},
	"an unknown approver":      {plant: func(p *installation) { p.set("INACTIVEBOT_APPROVERS", "U0NOBODY001,"+p.slack.Users.Approver) }, line: "! approvers: 1 person can approve, but U0NOBODY001 is unknown", fix: "Copy member ID"},
	"only an unknown approver": {plant: func(p *installation) { p.set("INACTIVEBOT_APPROVERS", "U0NOBODY001") }, line: "✗ approvers: No one can approve", fix: "Copy member ID"},
	"a guest":                  {plant: func(p *installation) { p.approver(func(u *slacktest.User) { u.IsGuest = true }) }, line: "! approvers: 1 person can approve, but U0APPROVER1 is a guest", fix: "guests"},
	"a deactivated person":     {plant: func(p *installation) { p.approver(func(u *slacktest.User) { u.Deleted = true }) }, line: "! approvers: 1 person can approve, but U0APPROVER1 is deactivated", fix: "INACTIVEBOT_APPROVERS"},
	"a bot that approves":      {plant: func(p *installation) { p.approver(func(u *slacktest.User) { u.IsBot = true }) }, line: "! approvers: 1 person can approve, but U0APPROVER1 is a bot", fix: "bots"},
	"an outsider":              {plant: func(p *installation) { p.set("INACTIVEBOT_APPROVERS", p.slack.Users.Outsider) }, line: "✗ approvers: No one can approve: U0OUTSIDER1 is not a member of this workspace", fix: "from outside"},
	"an unknown group":         {plant: func(p *installation) { p.set("INACTIVEBOT_APPROVER_GROUP", "S0NOWHERE01") }, line: "✗ approver group: Slack has no user group", fix: "Copy group ID"},
	"a group without people": {plant: func(p *installation) {
		p.set("INACTIVEBOT_APPROVER_GROUP", p.slack.Group)
		p.slack.SetGroup(slacktest.Group{ID: p.slack.Group})
	}, line: "! approver group: ", fix: "add people"},
	"another key":          {plant: func(p *installation) { p.set("ATLASSIAN_API_KEY", "planted") }, line: "✗ API key: Atlassian rejected the API key", fix: "create a new one without scopes"},
	"another organisation": {plant: func(p *installation) { p.set("ATLASSIAN_ORG_ID", "another") }, line: "✗ API key: Atlassian cannot find the organisation", fix: "copy it from"},
	"a key without the right": {plant: func(p *installation) {
		p.must(p.org.AddFault(atlassiantest.Fault{Route: "*", Count: 99, Status: 403}))
	}, line: "✗ API key: The API key", fix: "organisation admin"},
	"an expired key":       {plant: func(p *installation) { p.set("ATLASSIAN_API_KEY_EXPIRES", "2020-01-01") }, line: "✗ API key's end: ", fix: "create a new key"},
	"no expiry date":       {plant: func(p *installation) { delete(p.env, "ATLASSIAN_API_KEY_EXPIRES") }, line: "! API key's end: ATLASSIAN_API_KEY_EXPIRES is not set", fix: "expiry date"},
	"an unknown directory": {plant: func(p *installation) { p.set("ATLASSIAN_DIRECTORY_ID", "another") }, line: "✗ directory: ", fix: "set ATLASSIAN_DIRECTORY_ID"},
	"several directories":  {plant: severalDirectories, line: "✗ directory: The organisation has several", fix: "set ATLASSIAN_DIRECTORY_ID"},
	"no activity":          {plant: func(p *installation) { p.must(p.org.Configure(atlassiantest.OrgSettings{Expand: "omit"})) }, line: "! activity: ", fix: "To do: nothing"},
	"the search refuses":   {plant: func(p *installation) { p.must(p.org.Configure(atlassiantest.OrgSettings{Expand: "refused"})) }, line: "! activity: The search does not accept", fix: "To do: nothing"},
	"activity cannot be read again": {plant: func(p *installation) {
		p.must(p.org.AddFault(atlassiantest.Fault{Route: "GET last-active-dates", Count: 9, Status: 403}))
	}, line: "✗ second look: The API key", fix: "organisation admin"},
	"another program uses the rate limit": {plant: func(p *installation) {
		p.must(p.org.AddFault(atlassiantest.Fault{Route: "POST users/search", Count: 9, Headers: map[string]string{"X-RateLimit-Remaining": "40"}}))
	}, line: "! rate limits: Another program uses most", fix: "other program"},
	"an empty directory": {plant: func(p *installation) {
		p.must(p.org.AddFault(atlassiantest.Fault{Route: "POST users/search", Count: 9, Body: new(atlassiantest.Text(`{"data":[],"links":{}}`))}))
	}, line: "✗ activity: The API key sees no active people", fix: "organisation admin"},
	"no WebSocket": {plant: func(p *installation) {
		p.must(p.slack.Disconnect(slacktest.Disconnect{Reason: "cut", RefuseForS: 600}))
	}, line: "! Socket Mode: SLACK_APP_TOKEN works, but no WebSocket", fix: "proxy"},
	"a bot that is running elsewhere": {plant: func(p *installation) { p.connect() }, line: "! Socket Mode: The app has 2 connections", fix: "find the other one"},
	"a wrong clock":                   {plant: func(p *installation) { p.must(p.org.Configure(atlassiantest.OrgSettings{ClockSkewS: new(900)})) }, line: "✗ clock: ", fix: "NTP"},
	"no directory for the database":   {plant: func(p *installation) { p.set("INACTIVEBOT_DATABASE", filepath.Join(p.dir, "nowhere", "bot.db")) }, line: "✗ database: ", fix: "check that its directory exists"},
	"no directory for backups":        {plant: func(p *installation) { p.set("INACTIVEBOT_BACKUP_DIR", filepath.Join(p.dir, "nowhere")) }, line: "✗ daily copies: ", fix: "create the directory"},
	"a file instead of the backup directory": {plant: func(p *installation) {
		p.must(os.WriteFile(filepath.Join(p.dir, "copies"), nil, 0o600))
		p.set("INACTIVEBOT_BACKUP_DIR", filepath.Join(p.dir, "copies"))
	}, line: "✗ daily copies: ", fix: "create the directory"},
	"a damaged database": {plant: func(p *installation) {
		p.must(os.WriteFile(p.env["INACTIVEBOT_DATABASE"], bytes.Repeat([]byte("x"), 9999), 0o600))
	}, line: "✗ database: Database damaged", fix: "To do: replace the file with a backup"},
	"a newer database":  {plant: newerSchema, line: "✗ database: The database", fix: "has schema 99, but this program supports only up to 3. To do: run the newer program"},
	"a restored backup": {plant: restoredBackup, line: "! database: ", fix: "start the bot to restore this backup"},
}

func without(scope string) (scopes []string) {
	for _, s := range slacktest.DefaultBotScopes() {
		if s != scope {
			scopes = append(scopes, s)
		}
	}
	return scopes
}

func severalDirectories(p *installation) {
	p.must(p.org.Configure(atlassiantest.OrgSettings{Directories: []atlassiantest.Directory{{ID: p.org.DirectoryID, Name: "One"}, {ID: "two", Name: "Two"}}}))
}

func restoredBackup(p *installation) {
	store, err := storage.Open(filepath.Join(p.dir, "original.db"))
	p.must(err)
	defer func() { p.must(store.Close()) }()
	p.must(store.Backup(p.env["INACTIVEBOT_DATABASE"], false, time.Now().UTC()))
}

// newerSchema makes a database with the schema of a newer program. A value is JSON
// after a CRC-32C of bucket, key and value, as package storage describes.
func newerSchema(p *installation) {
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
