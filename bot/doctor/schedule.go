package doctor

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// upcoming is the number of scheduled times that are shown.
const upcoming = 3

func (d *Doctor) schedule(from time.Time) Check {
	const name, fix = "schedule", "use five fields, for example CRON_TZ=Europe/Berlin 0 9 * * MON"
	s, err := cron.ParseStandard(d.Settings.Schedule)
	if err != nil {
		return failure(name, "INACTIVEBOT_SCHEDULE is not a valid cron expression.", fix)
	}
	zone := time.UTC
	if spec, ok := s.(*cron.SpecSchedule); ok {
		zone = spec.Location
	}
	var all []string
	for at := s.Next(from); !at.IsZero() && len(all) < upcoming; at = s.Next(at) {
		all = append(all, inBothZones(at, zone))
	}
	if len(all) == 0 {
		return failure(name, "INACTIVEBOT_SCHEDULE matches no date.", fix)
	}
	return good(name, "The next reports are due at %s.", strings.Join(all, ", "))
}

// inBothZones returns a time in the schedule's zone and, if that differs, in UTC.
// The day in UTC is added only where it differs.
func inBothZones(at time.Time, zone *time.Location) string {
	local, utc := at.In(zone), at.UTC()
	text := local.Format("Mon 2 Jan 2006 15:04 MST")
	_, offset := local.Zone()
	switch {
	case offset == 0:
		return text
	case local.YearDay() != utc.YearDay():
		return text + fmt.Sprintf(" (%s)", utc.Format("Mon 15:04 UTC"))
	}
	return text + fmt.Sprintf(" (%s)", utc.Format("15:04 UTC"))
}
