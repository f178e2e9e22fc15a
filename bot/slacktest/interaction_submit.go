package slacktest

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Submit is the submission of the topmost modal.
type Submit struct {
	User   string `json:"user"`
	ViewID string `json:"view_id"`
	// Values are the entered values, by block and action, as Slack sends them. Other elements keep their values.
	Values map[string]map[string]object `json:"values"`
}

// submitFailedText is Slack's error text for an invalid response to a submission.
const submitFailedText = "We had some trouble connecting. Try again?"

func (i *interactions) submit(sub Submit) Result {
	i.ws.mu.Lock()
	v := i.ws.views.top(sub.User)
	switch {
	case v == nil || v.ID != sub.ViewID:
		i.ws.mu.Unlock()
		return rejected("view_not_found")
	case v.Submit == nil:
		i.ws.mu.Unlock()
		return rejected("view_has_no_submit")
	}
	v.setValues(sub.Values)
	if missing := v.checkInputs(); missing != "" {
		i.ws.notify()
		i.ws.mu.Unlock()
		return rejected(missing)
	}
	payload := i.basePayload("view_submission", i.ws.userOrStranger(sub.User), v.ID)
	payload["view"], payload["response_urls"] = v.json(), []object{}
	e := i.socket.dispatch("interactive", "", true, encode(payload))
	sent := e.deliveries > 0
	i.ws.mu.Unlock()
	r := i.socket.awaitResult(e, sent)
	if r.OK {
		r.Error = i.applyResponseAction(v, e.response)
		r.OK = r.Error == ""
	}
	return r
}

func (v *View) setValues(values map[string]map[string]object) {
	for block, actions := range values {
		if v.Values[block] == nil {
			v.Values[block] = map[string]object{}
		}
		maps.Copy(v.Values[block], actions)
	}
}

// checkInputs validates the inputs like Slack's client and returns the error texts, empty if all are valid.
func (v *View) checkInputs() string {
	v.Errors = map[string]string{}
	for _, b := range v.Blocks {
		if str(b, "type") != "input" {
			continue
		}
		e, id := child(b, "element"), str(b, "block_id")
		state := v.Values[id][str(e, "action_id")]
		switch length := len([]rune(str(state, "value"))); {
		case isEmpty(state) && !params(b).isTrue("optional"):
			v.Errors[id] = "Please complete this required field."
		case isEmpty(state):
		case length < params(e).number("min_length", 0):
			v.Errors[id] = "This text is too short."
		case length > params(e).number("max_length", length):
			v.Errors[id] = "This text is too long."
		default:
			if text := inputError(e, str(state, "value")); text != "" {
				v.Errors[id] = text
			}
		}
	}
	return v.errorText()
}

// inputError returns the client's error for an invalid text, or an empty string.
func inputError(e object, value string) string {
	switch str(e, "type") {
	case "number_input":
		return numberError(e, value)
	case "email_text_input":
		if !mailPattern.MatchString(value) {
			return "Please enter a valid email address."
		}
	case "url_text_input":
		if !addressPattern.MatchString(value) {
			return "Please enter a valid URL."
		}
	}
	return ""
}

// numberError returns the client's error for an invalid number, or an empty string.
func numberError(e object, value string) string {
	n, err := strconv.ParseFloat(value, 64)
	least, errLeast := strconv.ParseFloat(str(e, "min_value"), 64)
	most, errMost := strconv.ParseFloat(str(e, "max_value"), 64)
	switch {
	case err != nil, e["is_decimal_allowed"] != true && n != math.Trunc(n):
		return "Please enter a whole number."
	case errLeast == nil && n < least:
		return "Please enter at least " + str(e, "min_value") + "."
	case errMost == nil && n > most:
		return "Please enter at most " + str(e, "max_value") + "."
	}
	return ""
}

// errorText returns the errors of a view in the order of its blocks.
func (v *View) errorText() string {
	var lines []string
	for _, b := range v.Blocks {
		if text := v.Errors[str(b, "block_id")]; text != "" {
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, "\n")
}

// applyResponseAction applies the response_action of a submission and returns the error that the person sees, or an
// empty string: https://docs.slack.dev/surfaces/modals#response_actions.
func (i *interactions) applyResponseAction(v *View, response []byte) string {
	i.ws.mu.Lock()
	defer i.ws.mu.Unlock()
	defer i.ws.notify()
	if response == nil {
		i.ws.views.remove(v)
		return ""
	}
	value, _ := decodeJSON(response)
	answer, _ := value.(object)
	var err *apiError
	switch str(answer, "response_action") {
	case "clear":
		i.ws.views.stacks[v.User] = nil
	case "errors":
		err = i.showErrors(v, answer)
	case "update", "push":
		err = i.showView(v, answer)
	default:
		err = invalidPayload("invalid_response", answer, "[ERROR] must be a valid enum value [json-pointer:/response_action]")
	}
	if err != nil {
		i.ws.recordViolation("view_submission", err)
		return submitFailedText
	}
	return v.errorText()
}

// showErrors shows the app's errors at their inputs. It rejects an error for a block that is not an input.
func (i *interactions) showErrors(v *View, answer object) *apiError {
	errors := child(answer, "errors")
	if len(errors) == 0 {
		return invalidPayload("invalid_response", answer, "[ERROR] missing required field: errors [json-pointer:/]")
	}
	inputs := []string{}
	for _, b := range v.Blocks {
		if str(b, "type") == "input" {
			inputs = append(inputs, str(b, "block_id"))
		}
	}
	v.Errors = map[string]string{}
	for id := range errors {
		if !slices.Contains(inputs, id) || str(errors, id) == "" {
			v.Errors = nil
			return invalidPayload("invalid_response", answer, "[ERROR] no such input [json-pointer:/errors/"+id+"]")
		}
		v.Errors[id] = str(errors, id)
	}
	return nil
}

func (i *interactions) showView(v *View, answer object) *apiError {
	sent, err := readView(answer, "modal")
	switch {
	case err != nil:
		return err
	case str(answer, "response_action") == "update":
		v.setContent(sent)
		return nil
	}
	if err := i.ws.views.push(i.ws.newView(v.User, sent)); err != nil {
		return invalidPayload(err.code, answer)
	}
	return nil
}
