package slacktest

import (
	"crypto/rand"
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxValidate is the maximum payload of blocks.validate, in code points of its JSON.
const maxValidate = 100_000

// apiTest is https://docs.slack.dev/reference/methods/api.test. It needs no token and returns its arguments.
func (a *webAPI) apiTest(c call) (object, *apiError) {
	if code := c.str("error"); code != "" {
		return nil, &apiError{code: code, fields: object{"args": c.params}}
	}
	return object{"args": c.params}, nil
}

// authTest is https://docs.slack.dev/reference/methods/auth.test. For an app-level token it returns only the app.
func (a *webAPI) authTest(c call) (object, *apiError) {
	if c.byApp {
		return object{"app_name": "inactivebot", "app_id": appID}, nil
	}
	answer := object{
		"url": "https://" + teamDomain + ".slack.com/", "team": teamName, "team_id": teamID, "user": "inactivebot",
		"user_id": botUser, "bot_id": botID, "is_enterprise_install": false,
	}
	if a.ws.enterprise != "" {
		answer["enterprise_id"] = a.ws.enterprise
	}
	return answer, nil
}

// connectionsOpen is https://docs.slack.dev/reference/methods/apps.connections.open. The ticket works once.
func (a *webAPI) connectionsOpen(c call) (object, *apiError) {
	a.ws.base = c.base
	ticket := rand.Text()
	a.socket.tickets[ticket] = true
	query := url.Values{"ticket": {ticket}, "app_id": {appID}}
	return object{"url": "ws" + strings.TrimPrefix(c.base, "http") + "/socket?" + query.Encode()}, nil
}

// blocksValidate is https://docs.slack.dev/reference/methods/blocks.validate. It takes one of its three arguments. Its
// errors are not violations, because nothing was sent.
func (a *webAPI) blocksValidate(c call) (object, *apiError) {
	var given []string
	for name := range validators {
		if c.params[name] != nil {
			given = append(given, name)
		}
	}
	if len(given) != 1 {
		return nil, failed("invalid_arguments")
	}
	value, err := c.value(given[0])
	if err != nil || value == nil {
		return nil, failed("invalid_arguments")
	}
	if data, err := json.Marshal(value); err != nil || utf8.RuneCount(data) > maxValidate {
		return nil, failed("invalid_arguments")
	}
	if err := validators[given[0]](value); err != nil {
		err.payload = nil
		return nil, err
	}
	return object{}, nil
}

// validators are the arguments of blocks.validate.
var validators = map[string]func(any) *apiError{
	"blocks": validateBlocks,
	"view":   validateView,
	"message": func(value any) *apiError {
		message, ok := value.(object)
		if !ok {
			return failed("invalid_arguments")
		}
		_, err := readMessage(message)
		return err
	},
}

// teamInfo is https://docs.slack.dev/reference/methods/team.info.
func (a *webAPI) teamInfo(call) (object, *apiError) {
	return object{"team": object{"id": teamID, "name": teamName, "domain": teamDomain, "email_domain": "example.com"}}, nil
}
