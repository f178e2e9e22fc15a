package slacktest

import "testing"

// TestPageKnowsEverythingAccepted: what the workspace accepts, the page draws.
func TestPageKnowsEverythingAccepted(t *testing.T) {
	templates := New(Options{}).templates()
	var names []string
	for name := range messageBlocks {
		names = append(names, "block-"+name)
	}
	for name := range elementTypes {
		names = append(names, "element-"+name)
	}
	for name := range cellTypes {
		names = append(names, "cell-"+name)
	}
	if len(names) < 25 {
		t.Fatalf("only %d types", len(names))
	}
	for _, name := range append(names, "cell-action_cell") {
		if templates.Lookup(name) == nil {
			t.Errorf("no template %q", name)
		}
	}
}
