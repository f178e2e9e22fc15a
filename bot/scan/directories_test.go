package scan_test

import (
	"testing"
	"testing/synctest"

	"inactivebot/atlassian"
	"inactivebot/bot/policy"
	"inactivebot/bot/scan/scantest"
)

// TestPeopleOfSeveralDirectoriesAreCountedOnce: for each way to read a directory,
// a person is listed once and has the same status in each directory.
func TestPeopleOfSeveralDirectoriesAreCountedOnce(t *testing.T) {
	for _, expand := range []string{"ok", "refused"} {
		t.Run("expand "+expand, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t, 350)
				settings := scantest.TwoDirectories(l.Org)
				settings.Expand = expand
				scantest.Must(t, l.Org.Configure(settings))
				by := map[string]map[string]policy.Lane{}
				for _, directory := range []string{l.Org.DirectoryID, scantest.SecondDirectory, atlassian.AllDirectories} {
					s := l.Scanner(nil)
					s.Directory = directory
					lanes, err := scantest.Lanes(s) // which fails for a person told of twice.
					scantest.Must(t, err)
					by[directory] = lanes
				}
				if all, one, other := len(by[atlassian.AllDirectories]), len(by[l.Org.DirectoryID]), len(by[scantest.SecondDirectory]); all != 350 || one != 350 || other != 117 {
					t.Errorf("%d people in all, %d and %d in the directories, want 350, 350 and 117", all, one, other)
				}
				for account, lane := range by[scantest.SecondDirectory] {
					if want := by[l.Org.DirectoryID][account]; lane != want {
						t.Errorf("%s is %s in the second directory and %s in the first", account, lane, want)
					}
				}
			})
		})
	}
}
