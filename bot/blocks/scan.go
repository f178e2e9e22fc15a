package blocks

import (
	"fmt"
	"time"

	"inactivebot/storage"
)

// ScanMethod returns how a scan read people's activity, and with how many requests.
func ScanMethod(sc storage.Scan) string {
	text := fmt.Sprintf("%s checked with %s requests in %s", People(sc.People), number(sc.Requests), Duration(sc.EndedAt.Sub(sc.StartedAt)))
	if sc.Source == storage.SourceDates {
		return text + ", person by person (last-active-dates), because Atlassian's search returns no activity here. The next scan asks only about people who may have become inactive."
	}
	return text + " (users/search)."
}

// Duration returns a duration, rounded, with its unit.
func Duration(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", max(1, int(d.Seconds()+0.5)))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()+0.5))
	}
	return fmt.Sprintf("%.1f hours", d.Hours())
}

// ScanProgress returns a sentence about a running scan. Since is when it started,
// people is the number of people checked, and before is the number of people in the
// last scan; 0: not known.
func ScanProgress(since time.Time, people, before int) string {
	s := fmt.Sprintf("A scan has been running since %s: %s checked", LocalTime(since), People(people))
	if people > 0 && before > people {
		left := time.Duration(float64(time.Since(since)) * float64(before-people) / float64(people))
		return fmt.Sprintf("%s of about %s, about %s left.", s, number(before), Duration(left))
	}
	return s + "."
}
