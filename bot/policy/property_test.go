package policy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
)

// moments draws times around every boundary and between them.
func moments() *rapid.Generator[atlassian.Timestamp] {
	around := rapid.SampledFrom([]time.Time{cutoff, now, now.Add(5 * time.Minute), now.Add(-30 * day)})
	offset := rapid.SampledFrom([]time.Duration{-400 * day, -30 * day, -day, -time.Hour, -ns, 0, ns, time.Hour, day})
	return rapid.Custom(func(t *rapid.T) atlassian.Timestamp {
		at := around.Draw(t, "around").Add(offset.Draw(t, "offset"))
		switch rapid.IntRange(0, 7).Draw(t, "form") {
		case 0:
			return atlassian.Timestamp{}
		case 1:
			return unreadable
		case 2:
			return atlassian.Timestamp{At: at.Truncate(day), DateOnly: true}
		}
		return atlassian.Timestamp{At: at}
	})
}

func entries() *rapid.Generator[atlassian.ProductAccess] {
	return rapid.Custom(func(t *rapid.T) atlassian.ProductAccess {
		product := rapid.SampledFrom([]string{"confluence", "confluence", "trello"}).Draw(t, "product")
		site := rapid.SampledFrom([]string{home, elsewhere, ""}).Draw(t, "site")
		return use(product, site, moments().Draw(t, "last"))
	})
}

// mostly draws usual three times out of four, and otherwise one of the rest.
func mostly[T any](t *rapid.T, label string, usual T, rest ...T) T {
	if rapid.IntRange(0, 3).Draw(t, label+"?") > 0 {
		return usual
	}
	return rapid.SampledFrom(rest).Draw(t, label)
}

// people draws candidates and near-candidates, so that every lane matches some.
func people() *rapid.Generator[policy.Facts] {
	return rapid.Custom(func(t *rapid.T) policy.Facts {
		return policy.Facts{
			User: atlassian.User{
				AccountID:        "712020:ada",
				AccountType:      mostly(t, "type", "atlassian", "app", ""),
				Status:           mostly(t, "status", "active", "suspended", ""),
				Email:            mostly(t, "email", "ada@example.com", "ADA@other.org", ""),
				ManagementSource: mostly(t, "source", "invited", "synced", ""),
				PlatformRoles:    mostly(t, "roles", []string{}, []string{"atlassian/org-admin"}, nil),
				Groups:           mostly(t, "groups", []atlassian.Group{{Name: "design"}}, []atlassian.Group{}, nil),
				AddedToOrg:       mostly(t, "added", at(now.AddDate(-3, 0, 0)), moments().Draw(t, "joined")),
				ProductAccess:    mostly(t, "access", rapid.SliceOfN(entries(), 1, 3).Draw(t, "entries"), nil, []atlassian.ProductAccess{}),
				Malformed:        mostly(t, "malformed", nil, []string{"email"}, []string{"managementSource"}),
			},
			Failed:     mostly(t, "failed", false, true),
			SearchOnly: mostly(t, "search only", false, true),
			SourceLost: mostly(t, "source lost", false, true),
			Excluded:   mostly(t, "excluded", false, true),
			RestoredAt: mostly(t, "restored", time.Time{}, moments().Draw(t, "when").At),
		}
	})
}

func settings() *rapid.Generator[policy.Settings] {
	one := func(text string) policy.Rules {
		r, err := policy.ParseRule(text)
		if err != nil {
			panic(err)
		}
		return policy.Rules{r}
	}
	return rapid.Custom(func(t *rapid.T) policy.Settings {
		return policy.Settings{
			Product:           "confluence",
			InactiveDays:      threshold,
			Sites:             rapid.SampledFrom([][]string{nil, {home}}).Draw(t, "sites"),
			Rules:             mostly(t, "rules", nil, one("domain:other.org"), one("group:design"), one("ada@example.com")),
			Protect:           mostly(t, "protect", nil, []string{"bob@example.com"}, []string{"ada@other.org"}),
			Approvers:         mostly(t, "approvers", nil, []string{"ada@example.com"}),
			IgnoreOtherApps:   rapid.Bool().Draw(t, "ignore apps"),
			SuspendIDPManaged: rapid.Bool().Draw(t, "take idp"),
		}
	})
}

func inactive(f policy.Facts, s policy.Settings) bool {
	return policy.Decide(f, s, now).Lane == policy.Inactive
}

// TestAddedActivityNeverMakesInactive checks that another entry never turns a
// person with activity in the product into a candidate.
func TestAddedActivityNeverMakesInactive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := people().Draw(t, "person"), settings().Draw(t, "settings")
		before := policy.Decide(f, s, now)
		if before.Lane == policy.Inactive || before.LastActive.IsZero() {
			return
		}
		f.User.ProductAccess = append(slices.Clone(f.User.ProductAccess), entries().Draw(t, "more"))
		if inactive(f, s) {
			t.Errorf("%+v became inactive with more activity", before)
		}
	})
}

// TestLaterActivityNeverMakesInactive checks that later activity never turns a
// person into a candidate.
func TestLaterActivityNeverMakesInactive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := people().Draw(t, "person"), settings().Draw(t, "settings")
		before := policy.Decide(f, s, now)
		if before.Lane == policy.Inactive || len(f.User.ProductAccess) == 0 {
			return
		}
		f.User.ProductAccess = slices.Clone(f.User.ProductAccess)
		last := &f.User.ProductAccess[rapid.IntRange(0, len(f.User.ProductAccess)-1).Draw(t, "which")].LastActive
		if last.At.IsZero() {
			return // a first activity may move a person from never_active to inactive.
		}
		last.At = last.At.Add(time.Duration(rapid.Int64Range(1, int64(400*day)).Draw(t, "by")))
		if inactive(f, s) {
			t.Errorf("%+v became inactive with later activity", before)
		}
	})
}

// TestRemovedInformationNeverMakesInactive checks that absent or unreadable
// data never turns a person into a candidate. Two fields may be absent: the
// management source, unless it was known before, and the email if only approvers
// are identified by it.
func TestRemovedInformationNeverMakesInactive(t *testing.T) {
	remove := map[string]func(*policy.Facts){
		"type":    func(f *policy.Facts) { f.User.AccountType = "" },
		"status":  func(f *policy.Facts) { f.User.Status = "" },
		"roles":   func(f *policy.Facts) { f.User.PlatformRoles = nil },
		"groups":  func(f *policy.Facts) { f.User.Groups = nil },
		"access":  func(f *policy.Facts) { f.User.ProductAccess = nil },
		"look-up": func(f *policy.Facts) { f.Failed = true },
		"email": func(f *policy.Facts) {
			f.User.Email, f.User.Malformed = "", append(slices.Clone(f.User.Malformed), "email")
		},
		"source": func(f *policy.Facts) {
			f.User.ManagementSource, f.User.Malformed = "", append(slices.Clone(f.User.Malformed), "managementSource")
		},
		"joined":     func(f *policy.Facts) { f.User.AddedToOrg = unreadable },
		"not joined": func(f *policy.Facts) { f.User.AddedToOrg = atlassian.Timestamp{} },
		"source since": func(f *policy.Facts) {
			f.User.ManagementSource, f.SourceLost = "", true
		},
		"moments": func(f *policy.Facts) {
			f.User.ProductAccess = slices.Clone(f.User.ProductAccess)
			for i := range f.User.ProductAccess {
				f.User.ProductAccess[i].LastActive = unreadable
			}
		},
	}
	for name, without := range remove {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				f, s := people().Draw(t, "person"), settings().Draw(t, "settings")
				if inactive(f, s) {
					return
				}
				without(&f)
				if inactive(f, s) {
					t.Error("became inactive")
				}
			})
		})
	}
}

// TestLongerThresholdNeverMakesInactive checks that a longer threshold lists no
// one else.
func TestLongerThresholdNeverMakesInactive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := people().Draw(t, "person"), settings().Draw(t, "settings")
		longer := s
		longer.InactiveDays += rapid.IntRange(1, 400).Draw(t, "days")
		if inactive(f, longer) && !inactive(f, s) {
			t.Error("a longer threshold lists a person whom a shorter one does not")
		}
	})
}

// TestInactiveIsWhatItSays compares the decision with the conditions that every
// candidate meets, without the order of lanes.
func TestInactiveIsWhatItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := people().Draw(t, "person"), settings().Draw(t, "settings")
		if got, want := inactive(f, s), mayBeListed(f, s) && longInactive(f.User, s); got != want {
			t.Errorf("inactive is %t, want %t", got, want)
		}
	})
}

func mayBeListed(f policy.Facts, s policy.Settings) bool {
	u := f.User
	_, ruled := s.Rules.Match(u)
	named := func(who string) bool { return who == u.AccountID || strings.EqualFold(who, u.Email) && u.Email != "" }
	known := u.PlatformRoles != nil && u.ProductAccess != nil && !u.AddedToOrg.Malformed && !u.AddedToOrg.IsZero() &&
		(u.Email != "" || !s.Rules.NeedEmail() && len(s.Protect) == 0) && (u.Groups != nil || !s.Rules.NeedGroups()) &&
		(!slices.Contains(u.Malformed, "email") || len(s.Approvers) == 0) &&
		(!f.SourceLost && !slices.Contains(u.Malformed, "managementSource") || s.SuspendIDPManaged)
	return u.AccountType == "atlassian" && u.Status == "active" && !f.Excluded && !ruled && !f.Failed && known &&
		len(u.PlatformRoles) == 0 && !slices.ContainsFunc(s.Protect, named) && !slices.ContainsFunc(s.Approvers, named) &&
		!u.AddedToOrg.Latest().After(cutoff) && !f.RestoredAt.After(now.Add(-30*day)) &&
		(u.ManagementSource != "synced" || s.SuspendIDPManaged)
}

func longInactive(u atlassian.User, s policy.Settings) bool {
	used := false
	for _, e := range u.ProductAccess {
		other := e.Key != s.Product
		if other && s.IgnoreOtherApps {
			continue
		}
		if e.LastActive.Malformed || !e.LastActive.Latest().Before(cutoff) {
			return false
		}
		used = used || !other && !e.LastActive.IsZero() && (len(s.Sites) == 0 || slices.Contains(s.Sites, e.ID))
	}
	return used
}
