package atlassiantest

import "testing"

func TestChangesAreTold(t *testing.T) {
	s := New(Options{Users: 40, Unlimited: true})
	one := firstPerson(t, s, isCandidate)
	user := userPath(one.AccountID)
	for _, tt := range []struct {
		name string
		do   func()
		want bool
	}{
		{"suspend", func() { direct(s, "POST", user+"/suspend", "") }, true},
		{"restore", func() { direct(s, "POST", user+"/restore", "") }, true},
		{"read", func() { direct(s, "GET", user, "") }, false},
		{"change", func() { s.ChangePerson(one.AccountID, func(p *Person) { p.Name = "Kim" }) }, true},
		{"add", func() { s.PutPerson(Person{Name: "New"}) }, true},
		{"fault", func() { _ = s.AddFault(Fault{Route: "*", Skip: 100}) }, true},
		{"clear faults", s.ClearFaults, true},
		{"remove", func() { s.RemovePerson(one.AccountID) }, true},
		{"remove again", func() { s.RemovePerson(one.AccountID) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			changes := s.Changes()
			tt.do()
			select {
			case <-changes:
				if !tt.want {
					t.Error("signalled without a change")
				}
			default:
				if tt.want {
					t.Error("change not signalled")
				}
			}
		})
	}
}

func TestPeopleAreEverybody(t *testing.T) {
	s := New(Options{Users: 2500})
	truth := s.AllPeople()
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
		break // Tests that the iterator can stop early.
	}
}
