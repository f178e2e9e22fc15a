package problem

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestAdviceIsComplete: every code has a sentence and a fix that both the doctor
// and [Text] can print.
func TestAdviceIsComplete(t *testing.T) {
	t.Parallel()
	for _, code := range slices.Concat(slices.Collect(maps.Keys(advice)), slices.Collect(maps.Values(kindCodes)), slices.Collect(maps.Keys(networkCauses))) {
		a := Advise(code)
		if !strings.HasSuffix(a.Problem, ".") || a.Fix == "" || strings.HasSuffix(a.Fix, ".") || strings.ToLower(a.Fix[:1]) != a.Fix[:1] {
			t.Errorf("%s: %+v", code, a)
		}
		if code != "internal" && a == internalError {
			t.Errorf("%s has no text", code)
		}
	}
	if got, want := Text("server"), "Atlassian returns server errors. See status.atlassian.com."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
