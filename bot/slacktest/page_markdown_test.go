package slacktest

import "testing"

func TestMarkdown(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"paragraphs", "one\ntwo\n\nthree", "<p>one two </p><p>three </p>"},
		{"styles", "**bold**, *it* and ~~gone~~", "<p><strong>bold</strong>, <em>it</em> and <s>gone</s> </p>"},
		{"code keeps stars", "`**x**` **y**", "<p><code>**x**</code> <strong>y</strong> </p>"},
		{"heading and list", "## Head\n- a\n- b\n1. c", "<h4>Head</h4><ul><li>a</li><li>b</li></ul><ol><li>c</li></ol>"},
		{"quote", "> said", "<blockquote>said<br></blockquote>"},
		{"fence", "```\n<b>\n```", "<pre>&lt;b&gt;\n</pre>"},
		{"open fence", "```\nx", "<pre>x\n</pre>"},
		{"link", "[here](https://example.com)", `<p><a href="https://example.com" target="_blank" rel="noopener noreferrer">here</a> </p>`},
		{"script link", "[here](javascript:alert)", "<p>[here](javascript:alert) </p>"},
		{"markup", `<script>x</script> [a](https://x"onclick="y)`, `<p>&lt;script&gt;x&lt;/script&gt; <a href="https://x&#34;onclick=&#34;y" target="_blank" rel="noopener noreferrer">a</a> </p>`},
		{"forged mark", "\ue0005\ue001", "<p>5 </p>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(markdown(tt.text)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
