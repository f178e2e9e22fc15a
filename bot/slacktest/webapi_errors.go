package slacktest

import "maps"

// apiError is an answer with ok false.
type apiError struct {
	code     string
	messages []string // What response_metadata says about it.
	fields   object   // Further fields of the answer.
	payload  any      // Set when the payload itself was refused, which makes the refusal a violation.
}

// failed returns an ordinary error: the payload was right, the world was not.
func failed(code string) *apiError { return &apiError{code: code} }

// refused returns the refusal of a payload, which is remembered as a violation.
func refused(code string, payload any, messages ...string) *apiError {
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
