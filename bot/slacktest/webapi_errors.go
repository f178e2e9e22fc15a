package slacktest

import "maps"

// apiError is a response with ok false.
type apiError struct {
	code     string
	messages []string // The messages in response_metadata.
	fields   object   // Further fields of the response.
	payload  any      // Set if the payload itself is invalid; the error is then a violation.
}

// failed returns an error for a valid payload.
func failed(code string) *apiError { return &apiError{code: code} }

// invalidPayload returns an error for an invalid payload. It is recorded as a violation.
func invalidPayload(code string, payload any, messages ...string) *apiError {
	if payload == nil {
		payload = ""
	}
	return &apiError{code: code, messages: messages, payload: payload}
}

func (e *apiError) answer() object {
	answer := object{"ok": false, "error": e.code}
	maps.Copy(answer, e.fields)
	if len(e.messages) > 0 {
		answer["response_metadata"] = object{"messages": e.messages}
	}
	return answer
}
