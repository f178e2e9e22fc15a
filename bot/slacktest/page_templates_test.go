package slacktest

import "testing"

// TestPageKnowsEverythingAccepted checks that there is a template for every type that the validator accepts.
func TestPageKnowsEverythingAccepted(t *testing.T) {
	templates := New(Options{}).page.templates()
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

// TestIncompleteModalIsDrawnAgain checks that the page is notified of an invalid input, although nothing is sent to the
// app.
func TestIncompleteModalIsDrawnAgain(t *testing.T) {
	s := New(Options{})
	defer s.Close()
	plain := object{"type": "plain_text", "text": "Reason"}
	element := object{"type": "plain_text_input", "action_id": "a"}
	v := s.workspace.newView(s.Users.Approver, object{
		"type": "modal", "title": plain, "submit": plain,
		"blocks": []any{object{"type": "input", "block_id": "b", "label": plain, "element": element}},
	})
	s.workspace.views.stacks[v.User] = []*View{v}
	changed := s.workspace.changes()
	if r := s.Submit(Submit{User: v.User, ViewID: v.ID}); r.Error != "Please complete this required field." {
		t.Fatalf("submit: %+v", r)
	}
	select {
	case <-changed:
	default:
		t.Error("the page is not notified")
	}
}
