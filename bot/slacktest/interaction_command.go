package slacktest

import (
	"regexp"
	"slices"
	"strings"
)

// Command is a slash command that a person types.
type Command struct {
	User    string `json:"user"`
	Channel string `json:"channel"` // Empty is the admin channel.
	Command string `json:"command"` // Empty is the app's first.
	Text    string `json:"text"`
}

// Command sends a slash command as Slack does, with names turned into mentions where the app asked for it, and waits for the ack. What the ack
// carries is shown to the person.
func (s *Server) Command(c Command) Result {
	s.mu.Lock()
	if c.Command == "" {
		c.Command = s.options.Commands[0]
	}
	if c.Channel == "" {
		c.Channel = s.Channel
	}
	if !slices.Contains(s.options.Commands, c.Command) || s.needScope("commands") != nil {
		s.mu.Unlock()
		return rejected(c.Command + " is not a valid command.")
	}
	e := s.dispatch("slash_commands", "", true, encode(s.commandPayload(c)))
	sent := e.deliveries > 0
	s.mu.Unlock()
	r := s.result(e, sent)
	if r.OK && e.response != nil {
		s.answerCommand(c, e.response)
	}
	return r
}

// commandPayload is https://docs.slack.dev/interactivity/implementing-slash-commands.
func (s *Server) commandPayload(c Command) object {
	u, text := s.person(c.User), c.Text
	if !slices.Contains(s.options.PlainCommands, c.Command) {
		text = s.escape(text)
	}
	p := object{
		"token": verification, "team_id": u.TeamID, "team_domain": s.teamOf(u)["domain"], "channel_id": c.Channel,
		"channel_name": channelName(s.world.channel(c.Channel)), "user_id": u.ID, "user_name": u.Name, "command": c.Command,
		"text": text, "api_app_id": appID, "is_enterprise_install": "false",
		"response_url": s.newResponseURL(u.ID, c.Channel, nil), "trigger_id": s.newTrigger(u.ID, ""),
	}
	if u.EnterpriseID != "" {
		p["enterprise_id"], p["enterprise_name"] = u.EnterpriseID, enterpriseName
	}
	return p
}

// answerCommand shows the message that an ack carried.
func (s *Server) answerCommand(c Command, response []byte) {
	value, err := decodeJSON(response)
	answer, ok := value.(object)
	s.mu.Lock()
	defer s.mu.Unlock()
	if plain, isText := value.(string); isText {
		answer, ok = object{"text": plain}, true
	}
	if err != nil || !ok {
		s.violate("socket", refused("invalid_response", string(response), "the answer to a command is a message"))
		return
	}
	if err := s.respond(&responseURL{user: c.User, channel: c.Channel}, answer); err != nil {
		s.violate("socket", err)
	}
}

var (
	// written are the parts of a text that are already in Slack's notation.
	written = regexp.MustCompile(`<(?:[@#!][^<>]+|(?:mailto|https?):[^<>]+)>`)
	// named are names of people and channels as a person types them.
	named = regexp.MustCompile(`(^|\s)([@#])([\p{L}\d._-]+)`)
)

// escape encodes a command's text as should_escape asks: mentions by id, and the three characters that would begin
// one. Addresses stay as they were typed.
func (s *Server) escape(typed string) string {
	var b strings.Builder
	rest := typed
	for {
		at := written.FindStringIndex(rest)
		if at == nil {
			return b.String() + s.escapeWords(rest)
		}
		b.WriteString(s.escapeWords(rest[:at[0]]))
		b.WriteString(rest[at[0]:at[1]])
		rest = rest[at[1]:]
	}
}

func (s *Server) escapeWords(typed string) string {
	return named.ReplaceAllStringFunc(escaper.Replace(typed), func(word string) string {
		parts := named.FindStringSubmatch(word)
		space, sign, name := parts[1], parts[2], parts[3]
		if u := find(s.world.users, func(u *User) bool { return u.Name == name }); sign == "@" && u != nil {
			return space + "<@" + u.ID + "|" + name + ">"
		}
		if c := find(s.world.channels, func(c *Channel) bool { return c.Name == name }); sign == "#" && c != nil {
			return space + "<#" + c.ID + "|" + name + ">"
		}
		return word
	})
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
