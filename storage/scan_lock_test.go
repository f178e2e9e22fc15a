package storage

import (
	"testing"
	"time"
)

// lockedReport returns a report of a scan that locked.
func lockedReport(t *testing.T, s *Store) Report {
	t.Helper()
	sc, err := s.BeginScan(Scan{By: Bot, StartedAt: t0, Product: "confluence", Source: "search", InactiveDays: 180})
	must(t, err)
	must(t, s.AddRows(sc.ID, ScanChunk{Rows: []Row{{AccountID: "a", Lane: LaneInactive, Candidate: true, CanLogIn: true}}, At: t0}))
	sc.EndedAt, sc.Locks = t0, []Lock{{Kind: "many_unknown", N: 9, Of: 90}}
	r, _, err := s.Publish(sc, "slot", week)
	must(t, err)
	return r
}

func TestLockedReportCannotBeApproved(t *testing.T) {
	s := newStore(t)
	r := lockedReport(t, s)
	_, err := s.Approve(Decision{ReportID: r.ID, Hash: r.Hash, By: ada, At: t0, People: []string{"a"}, Cap: 10})
	if got, _ := AsRefusal(err); got.Cause != CauseState || got.State != string(ReportLocked) {
		t.Errorf("Approve = %v, want a refusal because of the lock", err)
	}
}

func TestOverrideNeedsTwoWhoMay(t *testing.T) {
	type override struct {
		by    string
		alone bool
		gone  []string
		after time.Duration
	}
	tests := map[string]struct {
		overrides []override
		opened    bool
	}{
		"one":                                {[]override{{by: ada}}, false},
		"two":                                {[]override{{by: ada}, {by: bob}}, true},
		"the first is no longer an approver": {[]override{{by: ada}, {by: bob, gone: []string{ada}}}, false},
		"one twice though others exist":      {[]override{{by: ada}, {by: ada, after: OverrideAfter}}, false},
		"one twice within a day":             {[]override{{by: ada, alone: true}, {by: ada, alone: true, after: OverrideAfter - 1}}, false},
		"one twice a day apart":              {[]override{{by: ada, alone: true}, {by: ada, alone: true, after: OverrideAfter}}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			r := lockedReport(t, s)
			opened := false
			for _, o := range test.overrides {
				got, err := s.Override(r.ID, o.by, o.alone, o.gone, t0.Add(o.after))
				if _, refused := AsRefusal(err); err != nil && !refused {
					t.Fatal(err)
				}
				opened = opened || got
			}
			r, err := s.Report(r.ID)
			must(t, err)
			if opened != test.opened || (r.State == ReportOpen) != test.opened {
				t.Errorf("opened %v and %s, want %v", opened, r.State, test.opened)
			}
		})
	}
}
