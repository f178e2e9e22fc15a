package slacktest

import (
	"regexp"
	"slices"
	"strings"
)

// Command is a slash command.
type Command struct {
	User    string `json:"user"`
	Channel string `json:"channel"` // Empty means the admin channel.
	Command string `json:"command"` // Empty means the first of the app's commands.
	Text    string `json:"text"`
}

func (i *interactions) command(c Command) Result {
	i.ws.mu.Lock()
	if c.Command == "" {
		c.Command = i.ws.options.Commands[0]
	}
	if c.Channel == "" {
		c.Channel = adminChannel
	}
	if !slices.Contains(i.ws.options.Commands, c.Command) || i.ws.options.requireScope("commands") != nil {
		i.ws.mu.Unlock()
		return rejected(c.Command + " is not a valid command.")
	}
	e := i.socket.dispatch("slash_commands", "", true, encode(i.commandPayload(c)))
	sent := e.deliveries > 0
	i.ws.mu.Unlock()
	r := i.socket.awaitResult(e, sent)
	if r.OK && e.response != nil {
		i.showCommandResponse(c, e.response)
	}
	return r
}

// commandPayload is https://docs.slack.dev/interactivity/implementing-slash-commands.
func (i *interactions) commandPayload(c Command) object {
	u, text := i.ws.userOrStranger(c.User), c.Text
	if !slices.Contains(i.ws.options.PlainCommands, c.Command) {
		text = i.escape(text)
	}
	p := object{
		"token": verification, "team_id": u.TeamID, "team_domain": teamOf(u)["domain"], "channel_id": c.Channel,
		"channel_name": channelName(i.ws.channel(c.Channel)), "user_id": u.ID, "user_name": u.Name, "command": c.Command,
		"text": text, "api_app_id": appID, "is_enterprise_install": "false",
		"response_url": i.ws.newResponseURL(u.ID, c.Channel, nil), "trigger_id": i.ws.newTrigger(u.ID, ""),
	}
	if u.EnterpriseID != "" {
		p["enterprise_id"], p["enterprise_name"] = u.EnterpriseID, enterpriseName
	}
	return p
}

// showCommandResponse shows the message in the ack of a command.
func (i *interactions) showCommandResponse(c Command, response []byte) {
	value, err := decodeJSON(response)
	answer, ok := value.(object)
	i.ws.mu.Lock()
	defer i.ws.mu.Unlock()
	if plain, isText := value.(string); isText {
		answer, ok = object{"text": plain}, true
	}
	if err != nil || !ok {
		i.ws.recordViolation("socket", invalidPayload("invalid_response", string(response), "the response to a command must be a message"))
		return
	}
	if err := i.ws.respond(&responseURL{user: c.User, channel: c.Channel}, answer); err != nil {
		i.ws.recordViolation("socket", err)
	}
}

var (
	// encodedPattern matches references that are already in Slack's notation.
	encodedPattern = regexp.MustCompile(`<(?:[@#!][^<>]+|(?:mailto|https?):[^<>]+)>`)
	// namePattern matches names of users and channels as typed.
	namePattern = regexp.MustCompile(`(^|\s)([@#])([\p{L}\d._-]+)`)
)

// escape encodes a command's text as should_escape requires: names become mentions, and &, < and > are escaped. Links
// and email addresses stay as typed.
func (i *interactions) escape(typed string) string {
	var b strings.Builder
	rest := typed
	for {
		at := encodedPattern.FindStringIndex(rest)
		if at == nil {
			return b.String() + i.escapeWords(rest)
		}
		b.WriteString(i.escapeWords(rest[:at[0]]))
		b.WriteString(rest[at[0]:at[1]])
		rest = rest[at[1]:]
	}
}

func (i *interactions) escapeWords(typed string) string {
	return namePattern.ReplaceAllStringFunc(escaper.Replace(typed), func(word string) string {
		parts := namePattern.FindStringSubmatch(word)
		space, sign, name := parts[1], parts[2], parts[3]
		if u := find(i.ws.users, func(u *User) bool { return u.Name == name }); sign == "@" && u != nil {
			return space + "<@" + u.ID + "|" + name + ">"
		}
		if c := find(i.ws.channels, func(c *Channel) bool { return c.Name == name }); sign == "#" && c != nil {
			return space + "<#" + c.ID + "|" + name + ">"
		}
		return word
	})
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
