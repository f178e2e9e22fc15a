package acceptance_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"inactivebot/bot/slackapi"
)

// callScopes maps slack-go's calls to their Web API methods and the bot scopes that
// these require. The bot reads the history of public and private channels.
var callScopes = map[string]struct{ methods, scopes []string }{
	"AuthTestContext":               {[]string{"auth.test"}, nil},
	"DeleteFileContext":             {[]string{"files.delete"}, []string{"files:write"}},
	"GetConversationHistoryContext": {[]string{"conversations.history"}, []string{"channels:history", "groups:history"}},
	"GetConversationInfoContext":    {[]string{"conversations.info"}, []string{"channels:read", "groups:read"}},
	"GetConversationRepliesContext": {[]string{"conversations.replies"}, []string{"channels:history", "groups:history"}},
	"GetPermalinkContext":           {[]string{"chat.getPermalink"}, nil},
	"GetUserGroupMembersContext":    {[]string{"usergroups.users.list"}, []string{"usergroups:read"}},
	"GetUserByEmailContext":         {[]string{"users.lookupByEmail"}, []string{"users:read.email"}},
	"GetUserInfoContext":            {[]string{"users.info"}, []string{"users:read", "users:read.email"}},
	"OpenConversationContext":       {[]string{"conversations.open"}, []string{"im:write"}},
	"OpenViewContext":               {[]string{"views.open"}, nil},
	"PostEphemeralContext":          {[]string{"chat.postEphemeral"}, []string{"chat:write"}},
	"PostMessageContext":            {[]string{"chat.postMessage"}, []string{"chat:write"}},
	"PushViewContext":               {[]string{"views.push"}, nil},
	"UpdateMessageContext":          {[]string{"chat.update"}, []string{"chat:write"}},
	"UpdateViewContext":             {[]string{"views.update"}, nil},
	"UploadFileContext":             {[]string{"files.getUploadURLExternal", "files.completeUploadExternal"}, []string{"files:write"}},
}

// otherCalls are calls with the same suffix that are not Web API methods of the
// bot token.
var otherCalls = []string{"DialContext", "PostWebhookCustomHTTPContext", "RunContext", "StartSocketModeContext", "WithContext"}

// TestManifestScopes checks that the manifest requests exactly the scopes that
// the bot's calls need, and that its comments name the methods.
func TestManifestScopes(t *testing.T) {
	t.Parallel()
	asked, comments := manifestScopes(t)
	want := []string{"commands", "files:write"}
	for _, call := range slackCalls(t) {
		need, ok := callScopes[call]
		if !ok {
			t.Errorf("the bot calls %s: add its methods and scopes to the table", call)
		}
		want = append(want, need.scopes...)
		for _, scope := range need.scopes {
			for _, method := range need.methods {
				if !strings.Contains(comments[scope], method) {
					t.Errorf("the comment of %s does not name %s", scope, method)
				}
			}
		}
	}
	slices.Sort(want)
	if want = slices.Compact(want); !slices.Equal(asked, want) {
		t.Errorf("the manifest requests %v, the code needs %v", asked, want)
	}
}

func manifestScopes(t *testing.T) (scopes []string, comments map[string]string) {
	t.Helper()
	var root struct {
		OAuth struct {
			Scopes struct {
				Bot []yaml.Node `yaml:"bot"`
			} `yaml:"scopes"`
		} `yaml:"oauth_config"`
	}
	if err := yaml.Unmarshal([]byte(slackapi.Manifest()), &root); err != nil {
		t.Fatal(err)
	}
	comments = map[string]string{}
	for _, n := range root.OAuth.Scopes.Bot {
		scopes, comments[n.Value] = append(scopes, n.Value), n.LineComment
	}
	return scopes, comments
}

// slackCalls returns the names of slack-go's calls in the bot's code. They all
// end in Context and are called on a client.
func slackCalls(t *testing.T) (calls []string) {
	t.Helper()
	files := sources(t, "..")
	name := regexp.MustCompile(`^[A-Z]\w*Context$`)
	for _, file := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && name.MatchString(s.Sel.Name) && !slices.Contains(otherCalls, s.Sel.Name) {
				calls = append(calls, s.Sel.Name)
			}
			return true
		})
	}
	if len(calls) < 10 {
		t.Fatalf("only %d calls of slack-go found: %v", len(calls), calls)
	}
	return calls
}
