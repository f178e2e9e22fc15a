package doctor

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// upcoming is how many moments of the schedule are shown.
const upcoming = 3

func (d *Doctor) schedule(from time.Time) []Check {
	const name = "schedule"
	s, err := cron.ParseStandard(d.Settings.Schedule)
	if err != nil {
		return []Check{failure(name, "INACTIVEBOT_SCHEDULE is no schedule.", "write five fields, such as CRON_TZ=Europe/Berlin 0 9 * * MON")}
	}
	zone := time.UTC
	if spec, ok := s.(*cron.SpecSchedule); ok {
		zone = spec.Location
	}
	var all []string
	for at := s.Next(from); !at.IsZero() && len(all) < upcoming; at = s.Next(at) {
		all = append(all, inBoth(at, zone))
	}
	if len(all) == 0 {
		return []Check{failure(name, "INACTIVEBOT_SCHEDULE never comes.", "write five fields, such as CRON_TZ=Europe/Berlin 0 9 * * MON")}
	}
	return []Check{good(name, "The next reports come at %s.", strings.Join(all, ", "))}
}

// inBoth is a time in the schedule's zone and, where that is another, in UTC.
func inBoth(at time.Time, zone *time.Location) string {
	local, utc := at.In(zone), at.UTC()
	said := local.Format("Mon 2 Jan 2006 15:04 MST")
	_, off := local.Zone()
	switch {
	case off == 0:
		return said
	case local.YearDay() != utc.YearDay():
		return said + fmt.Sprintf(" (%s)", utc.Format("Mon 15:04 UTC"))
	}
	return said + fmt.Sprintf(" (%s)", utc.Format("15:04 UTC"))
}
