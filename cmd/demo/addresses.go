package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/bot/slacktest"
)

// addressBook holds the addresses and credentials for programs that use the
// simulators.
type addressBook struct {
	Page             string          `json:"page"`
	SlackAPIURL      string          `json:"slack_api_url"`
	SlackControlURL  string          `json:"slack_control_url"`
	BotToken         string          `json:"slack_bot_token"`
	AppToken         string          `json:"slack_app_token"`
	Channel          string          `json:"channel"`
	Group            string          `json:"group"`
	Users            slacktest.Users `json:"users"`
	AtlassianURL     string          `json:"atlassian_url"`
	AtlassianControl string          `json:"atlassian_control_url"`
	OrgID            string          `json:"atlassian_org_id"`
	DirectoryID      string          `json:"atlassian_directory_id"`
	APIKey           string          `json:"atlassian_api_key"`
}

func addresses(page, api string, workspace *slacktest.Server, organisation *atlassiantest.Server) addressBook {
	return addressBook{
		Page: page + "/", SlackAPIURL: page + "/api/", SlackControlURL: page + "/_control",
		BotToken: workspace.BotToken, AppToken: workspace.AppToken, Channel: workspace.Channel, Group: workspace.Group, Users: workspace.Users,
		AtlassianURL: api, AtlassianControl: api + "/_control",
		OrgID: organisation.OrgID, DirectoryID: organisation.DirectoryID, APIKey: organisation.APIKey,
	}
}

// settings returns shell commands that configure a bot for these simulators.
func (a addressBook) settings() string {
	var b strings.Builder
	for _, s := range [][2]string{
		{"SLACK_BOT_TOKEN", a.BotToken},
		{"SLACK_APP_TOKEN", a.AppToken},
		{"SLACK_API_URL", a.SlackAPIURL},
		{"ATLASSIAN_ORG_ID", a.OrgID},
		{"ATLASSIAN_API_KEY", a.APIKey},
		{"ATLASSIAN_API_URL", a.AtlassianURL},
		{"INACTIVEBOT_CHANNEL", a.Channel},
		{"INACTIVEBOT_APPROVERS", a.Users.Approver},
	} {
		fmt.Fprintf(&b, "export %s=%s\n", s[0], s[1])
	}
	return b.String()
}

// write writes the file atomically, so that a waiting program never reads part
// of it.
func (a addressBook) write(file string) error {
	body, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", append(body, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

func listen(address string) (net.Listener, error) {
	var l net.ListenConfig
	return l.Listen(context.Background(), "tcp", address)
}

// askForReport sends the first scan command as soon as the bot is connected.
func askForReport(ctx context.Context, workspace *slacktest.Server, where addressBook) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range 100 {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if len(workspace.Connections()) > 0 {
			workspace.Command(slacktest.Command{User: where.Users.Approver, Channel: where.Channel, Command: "/inactive", Text: "scan"})
			return
		}
	}
}
