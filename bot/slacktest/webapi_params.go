package slacktest

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxRequest is the maximum body of a request in bytes.
const maxRequest = 1 << 20

// params are the arguments of a call: strings from a form or query, any JSON value from a JSON body.
type params object

// bodyError is the error code for an unreadable body.
type bodyError string

func (e bodyError) Error() string { return string(e) }

// readParams reads the arguments and the token of a call. The token is in the Authorization header or the body; in the
// query it is ignored.
func readParams(r *http.Request) (params, string, error) {
	p := params{}
	for name, values := range r.URL.Query() {
		if name != "token" {
			p[name] = values[0]
		}
	}
	if r.Method == http.MethodPost {
		if err := p.readBody(r); err != nil {
			return nil, "", err
		}
	}
	token := p.str("token")
	if scheme, bearer, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		token = strings.TrimSpace(bearer)
	}
	delete(p, "token")
	return p, token, nil
}

func (p params) readBody(r *http.Request) error {
	r.Body = http.MaxBytesReader(nil, r.Body, maxRequest)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		return p.readJSON(r.Body)
	case "application/x-www-form-urlencoded":
		if r.ParseForm() != nil {
			return bodyError("invalid_form_data")
		}
		p.add(r.PostForm)
	case "multipart/form-data":
		if r.ParseMultipartForm(maxRequest) != nil {
			return bodyError("invalid_form_data")
		}
		p.add(r.MultipartForm.Value)
	case "":
	default:
		return bodyError("invalid_post_type")
	}
	return nil
}

func (p params) readJSON(body io.Reader) error {
	data, err := io.ReadAll(body)
	if err != nil {
		return bodyError("request_too_large")
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil
	}
	value, err := decodeJSON(data)
	if err != nil {
		return bodyError("invalid_json")
	}
	fields, ok := value.(object)
	if !ok {
		return bodyError("json_not_object")
	}
	for name, v := range fields {
		p[name] = v
	}
	return nil
}

func (p params) add(values url.Values) {
	for name, v := range values {
		p[name] = v[0]
	}
}

// str returns an argument as text, empty if it is missing or null.
func (p params) str(name string) string {
	switch v := p[name].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// isTrue reports whether an argument is true: true in JSON, or true or 1 in a form.
func (p params) isTrue(name string) bool {
	v := p.str(name)
	return v == "true" || v == "1"
}

// number returns an argument as an integer, or the default if it is missing or not a number.
func (p params) number(name string, otherwise int) int {
	if n, err := strconv.Atoi(p.str(name)); err == nil {
		return n
	}
	return otherwise
}

// value returns a JSON argument: the value itself in a JSON body, its parsed text in a form. It is nil if the argument
// is missing or empty.
func (p params) value(name string) (any, error) {
	text, isText := p[name].(string)
	switch {
	case !isText:
		return p[name], nil
	case text == "":
		return nil, nil
	}
	return decodeJSON([]byte(text))
}
