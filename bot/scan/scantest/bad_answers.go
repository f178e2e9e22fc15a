package scantest

import "inactivebot/atlassian/atlassiantest"

// BadAnswer is a way in which Atlassian's answer can be bad.
type BadAnswer struct {
	Fault  atlassiantest.Fault
	Advice string // a part of what the person who asked for the scan reads.
}

// TooLarge reports whether the answer is too long for the race detector, which
// takes half a minute to read it. Nothing in it can race.
func (b BadAnswer) TooLarge() bool { return RaceDetector && (b.Fault.BodyBytes > 0 || b.Fault.Endless) }

// BadAnswers lists them by name.
var BadAnswers = map[string]BadAnswer{
	"401":                      {atlassiantest.Fault{Status: 401}, "set ATLASSIAN_API_KEY"},
	"403":                      {atlassiantest.Fault{Status: 403}, "organisation admin to create a new one"},
	"404":                      {atlassiantest.Fault{Status: 404}, "Check ATLASSIAN_ORG_ID"},
	"409":                      {atlassiantest.Fault{Status: 409}, "Atlassian rejected the request"},
	"410":                      {atlassiantest.Fault{Status: 410}, "Install a newer version of the bot"},
	"429 for ever":             {atlassiantest.Fault{Status: 429}, "rate limit"},
	"429 until tomorrow":       {atlassiantest.Fault{Status: 429, RetryAfter: "86400"}, "rate limit"},
	"500":                      {atlassiantest.Fault{Status: 500}, "See status.atlassian.com"},
	"503":                      {atlassiantest.Fault{Status: 503, RetryAfter: "1"}, "See status.atlassian.com"},
	"HTML":                     {atlassiantest.Fault{Body: new(atlassiantest.Text("<html><p>Please sign in</p>"))}, "cannot be read"},
	"nothing":                  {atlassiantest.Fault{Body: new(atlassiantest.Text(""))}, "cannot be read"},
	"half of it":               {atlassiantest.Fault{Truncate: atlassiantest.Half}, "cannot be read"},
	"another content type":     {atlassiantest.Fault{Headers: map[string]string{"Content-Type": "text/plain"}}, "cannot be read"},
	"data null":                {atlassiantest.Fault{Body: new(atlassiantest.Text(`{"data":null,"links":{"next":null}}`))}, "cannot be read"},
	"a cursor that repeats":    {atlassiantest.Fault{RepeatCursor: true}, "cannot be read"},
	"a list without an end":    {atlassiantest.Fault{Endless: true}, "cannot be read"},
	"a redirect":               {atlassiantest.Fault{Redirect: "http://elsewhere.test/admin"}, "Check ATLASSIAN_API_URL"},
	"a gigabyte":               {atlassiantest.Fault{BodyBytes: 1 << 30}, "cannot be read"},
	"a byte a second":          {atlassiantest.Fault{BytesPerSecond: 1}, "Check the network"},
	"a connection that is cut": {atlassiantest.Fault{Cut: atlassiantest.CutBefore}, "Check the network"},
}
