package atlassiantest

import "testing"

func TestChangesAreTold(t *testing.T) {
	s := New(Options{Users: 40, Unlimited: true})
	one := somebody(t, s, isCandidate)
	user := userPath(one.AccountID)
	for _, tt := range []struct {
		name string
		do   func()
		want bool
	}{
		{"suspend", func() { direct(s, "POST", user+"/suspend", "") }, true},
		{"restore", func() { direct(s, "POST", user+"/restore", "") }, true},
		{"read", func() { direct(s, "GET", user, "") }, false},
		{"change", func() { s.Change(one.AccountID, func(p *Person) { p.Name = "Kim" }) }, true},
		{"add", func() { s.SetUser(Person{Name: "New"}) }, true},
		{"fault", func() { _ = s.Fault(Fault{Route: "*", Skip: 100}) }, true},
		{"no fault", s.ClearFaults, true},
		{"remove", func() { s.Remove(one.AccountID) }, true},
		{"remove nobody", func() { s.Remove(one.AccountID) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			changes := s.Changes()
			tt.do()
			select {
			case <-changes:
				if !tt.want {
					t.Error("told of a change where there was none")
				}
			default:
				if tt.want {
					t.Error("not told")
				}
			}
		})
	}
}

func TestPeopleAreEverybody(t *testing.T) {
	s := New(Options{Users: 2500})
	truth := s.Truth()
	i := 0
	for p := range s.People() {
		if p.AccountID != truth[i].AccountID {
			t.Fatalf("number %d is %s, want %s", i, p.AccountID, truth[i].AccountID)
		}
		i++
	}
	if i != 2500 {
		t.Errorf("%d people, want 2500", i)
	}
	for range s.People() {
		break // Leaving early ends it.
	}
}
