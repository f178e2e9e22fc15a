package blocks_test

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// TestWhyText keeps every answer of /inactive why in one golden file.
func TestWhyText(t *testing.T) {
	var b strings.Builder
	for _, c := range whys() {
		b.WriteString("# " + c.name + "\n" + c.why.Text() + "\n\n")
	}
	file := filepath.Join("testdata", "why.txt")
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != b.String() {
		t.Errorf("%v: the answers differ from %s:\n%s", err, file, b.String())
	}
	if strings.Contains(b.String(), "does not know") || strings.Contains(b.String(), "{product}") || strings.Contains(b.String(), "1 Jan 0001") {
		t.Error("an answer lacks a text")
	}
}

type whyCase struct {
	name string
	why  blocks.Why
}

func whys() (all []whyCase) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	ada := storage.Person{AccountID: "1:a", Name: "Ada", Email: "ada@example.com"}
	base := blocks.Why{Person: ada, Now: at.Add(30 * time.Hour), Scan: storage.Scan{ID: 1, StartedAt: at, Product: "confluence", InactiveDays: 180, Source: "search"}}
	row := storage.Row{AccountID: ada.AccountID, LastActive: at.AddDate(0, 0, -200), OtherActive: at.AddDate(0, 0, -3), AddedToOrg: at.AddDate(0, 0, -100)}
	for _, r := range []string{
		"not_a_person :app", "already_off :suspended", "excluded exclusion", "excluded rule:group:design", "protected admin_role:org-admin", "protected roles_missing",
		"protected protect_setting", "protected protect_earlier", "protected approver", "protected just_added", "protected just_restored",
		"unknown lookup_failed", "unknown field_missing:platformRoles", "unknown email_hidden:INACTIVEBOT_PROTECT",
		"unknown activity_missing", "unknown unreadable_timestamp:jira-software", "unknown future_timestamp:addedToOrg", "never_active", "active",
		"active_elsewhere other_app:jira-software", "active_elsewhere other_site:confluence", "idp_managed", "inactive",
	} {
		w := base
		w.Row = row
		w.Row.Lane, w.Row.Reason, _ = strings.Cut(r, " ")
		switch policy.Lane(w.Row.Lane) { //nolint:exhaustive // the others keep the row's date.
		case policy.NeverActive:
			w.Row.LastActive = time.Time{}
		case policy.Active:
			w.Row.LastActive = at.AddDate(0, 0, -10)
		}
		all = append(all, whyCase{r, w})
	}
	with := func(name string, change func(*blocks.Why)) {
		w := base
		w.Row = row
		w.Row.Lane, w.Row.Candidate = "inactive", true
		change(&w)
		all = append(all, whyCase{name, w})
	}
	with("protected by an earlier email", func(w *blocks.Why) {
		w.Row.Lane, w.Row.Reason, w.Row.Candidate = "protected", "protect_earlier", false
		w.Scan.Protect = []storage.ProtectEntry{{Entry: "b@example.com", Earlier: []string{"1:b"}}, {Entry: "a@example.com", Earlier: []string{"1:a"}}}
	})
	with("no scan", func(w *blocks.Why) { w.Scan, w.Row = storage.Scan{}, storage.Row{} })
	with("not met", func(w *blocks.Why) { w.Row = storage.Row{} })
	with("excluded meanwhile", func(w *blocks.Why) {
		w.Exclusion = storage.Exclusion{AccountID: ada.AccountID, By: "U1", Since: at, Until: at.AddDate(1, 0, 0), Reason: "on leave"}
	})
	with("rule meanwhile", func(w *blocks.Why) {
		w.Rule = storage.Rule{Rule: "domain:example.com", By: "U1", Since: at, Reason: "partners"}
	})
	with("rule of the settings", func(w *blocks.Why) { w.Rule = storage.Rule{Rule: "domain:example.com"} })
	with("exclusion ended", func(w *blocks.Why) { w.Row.Lane, w.Row.Reason, w.Ended = "excluded", "exclusion", true })
	for _, state := range []storage.StepState{storage.StepPending, storage.StepClaimed, storage.StepSuspended, storage.StepFailed, storage.StepSkipped, storage.StepRestoring, storage.StepRestored} {
		with("step "+string(state), func(w *blocks.Why) {
			w.Batch = storage.Batch{ID: 7, Approvals: []storage.Approval{{By: "U1", At: at}}}
			w.Step = storage.Step{AccountID: ada.AccountID, BatchID: 7, State: state, ClaimedAt: at, RestoredAt: at.Add(time.Hour), RestoreBy: "U2"}
			switch state {
			case storage.StepFailed:
				w.Step.Reason = "conflict"
			case storage.StepSkipped:
				w.Step.Reason = "active"
			}
		})
	}
	slices.SortStableFunc(all, func(a, b whyCase) int { return cmp.Compare(a.name, b.name) })
	return all
}
