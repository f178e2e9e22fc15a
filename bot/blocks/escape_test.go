package blocks_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

func TestEscape(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"plain":            {"Mara Okafor", "Mara Okafor"},
		"channel":          {"<!channel>", "&lt;!channel&gt;"},
		"link":             {"<https://x|y>", "&lt;https://x|y&gt;"},
		"entity":           {"&lt;", "&amp;lt;"},
		"bold":             {"*bold*", "∗bold∗"},
		"italic, struck":   {"_a_ ~b~", "＿a＿ ∼b∼"},
		"code":             {"a`b`", "aˋbˋ"},
		"email":            {"snake_case_1@example.com", "snake_case_1@example.com"},
		"variable":         {"ATLASSIAN_API_KEY", "ATLASSIAN_API_KEY"},
		"account id":       {"712020:0e3f-11", "712020:0e3f-11"},
		"emoji":            {":no_entry: suspended", "∶no_entry: suspended"},
		"sentence":         {"No new report: the key", "No new report: the key"},
		"lines":            {" two\r\n\tlines\u2028here ", "two lines here"},
		"control":          {"a\x00b\x7f", "ab"},
		"direction":        {"a\u202eb\u2066c\u200f", "abc"},
		"right to left":    {"נועה לוי", "נועה לוי"},
		"joined emoji":     {"👩‍💻", "👩‍💻"},
		"invalid encoding": {"a\xffb", "a\ufffdb"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := blocks.Escape(test.text); got != test.want {
				t.Errorf("Escape(%q) = %q, want %q", test.text, got, test.want)
			}
		})
	}
}

var (
	entity = regexp.MustCompile(`&(amp|lt|gt);`)
	format = regexp.MustCompile("(^|[^\\pL\\p{Nd}])[*_~]|[*_~]([^\\pL\\p{Nd}]|$)|`")
)

func TestCode(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"glob":      {"*@svc_x.example.com", "`*@svc_x.example.com`"},
		"channel":   {"group:<!channel> & more", "`group:&lt;!channel&gt; &amp; more`"},
		"backtick":  {"a`b", "`aˋb`"},
		"too long":  {repeat("x", 61), "`" + repeat("x", 59) + "…`"},
		"just fits": {repeat("x", 60), "`" + repeat("x", 60) + "`"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := blocks.Code(test.text); got != test.want {
				t.Errorf("Code(%q) = %q, want %q", test.text, got, test.want)
			}
		})
	}
}

func FuzzEscape(f *testing.F) {
	for _, seed := range []string{"", "Mara", "<!channel> *bold* & <https://x|y>", "&amp;lt;", "a\u202e_b", "snake_case", "\xff<", "*", "👩‍💻`"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := blocks.Escape(text)
		if left := entity.ReplaceAllString(got, ""); strings.ContainsAny(left, "&<>") {
			t.Errorf("Escape(%q) = %q has a bare &, < or >", text, got)
		}
		if format.MatchString(entity.ReplaceAllString(got, ".")) {
			t.Errorf("Escape(%q) = %q can format", text, got)
		}
		hidden := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' }
		if !utf8.ValidString(got) || strings.ContainsFunc(got, hidden) {
			t.Errorf("Escape(%q) = %q has invisible characters", text, got)
		}
		who := blocks.PersonLabel(storage.Person{AccountID: account(0), Name: text})
		if n := utf8.RuneCountInString(who); n > 130 || len(who) < 3 || entity.ReplaceAllString(who, "") != strings.NewReplacer("&", "", "<", "", ">", "").Replace(entity.ReplaceAllString(who, "")) {
			t.Errorf("Who(%q) = %q has %d code points or a cut entity", text, who, n)
		}
	})
}

func TestWho(t *testing.T) {
	tests := map[string]struct {
		person storage.Person
		want   string
	}{
		"name and email":   {storage.Person{AccountID: "712020:1", Name: "Mara", Email: "mara@example.com"}, "*Mara* · mara@example.com"},
		"no email":         {storage.Person{AccountID: "712020:1", Name: "Mara"}, "*Mara* · 712020:1"},
		"no name":          {storage.Person{AccountID: "712020:1", Email: "mara@example.com"}, "*mara@example.com*"},
		"nothing":          {storage.Person{AccountID: "712020:1"}, "*712020:1*"},
		"name not visible": {storage.Person{AccountID: "712020:1", Name: "\u200b\u2060 \u3000"}, "*712020:1*"},
		"long email":       {storage.Person{AccountID: "712020:1", Email: repeat("x", 99)}, "*" + repeat("x", 59) + "…*"},
		"long, escaped":    {storage.Person{AccountID: "712020:1", Name: repeat("&", 99)}, "*" + repeat("&amp;", 11) + "…* · 712020:1"},
		"just fits":        {storage.Person{AccountID: "712020:1", Name: repeat("&", 12)}, "*" + repeat("&amp;", 12) + "* · 712020:1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := blocks.PersonLabel(test.person); got != test.want {
				t.Errorf("Who = %q, want %q", got, test.want)
			}
		})
	}
}

// TestLabelsNameThePerson checks that a button's accessibility label includes
// the person's email, because two people may have the same name.
func TestLabelsNameThePerson(t *testing.T) {
	r := report(2, named(0, "Ivo Maier", "ivo@example.com"), named(1, repeat("Long ", 40), "long@example.com"))
	var got []string
	for _, b := range buttons(r.Message().Blocks) {
		if b["action_id"] == blocks.ActionExclude {
			got = append(got, b["accessibility_label"].(string))
		}
	}
	want := []string{"Exclude Ivo Maier · ivo@example.com", "Exclude Long Long Long Long Long Long… · long@example.com"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the labels are %q, want %q", got, want)
	}
}

// TestLabelsHaveInThemWhatIsRead checks that an accessibility label contains
// the visible text, which people who use voice control say.
func TestLabelsHaveInThemWhatIsRead(t *testing.T) {
	for name, payload := range cases() {
		for _, b := range buttons(payload) {
			label, long := b["text"].(map[string]any)["text"].(string), b["accessibility_label"]
			if long != nil && !strings.Contains(strings.ToLower(long.(string)), strings.ToLower(label)) {
				t.Errorf("%s: the button %q has the label %q", name, label, long)
			}
		}
	}
}
