package atlassian

import (
	"strconv"
	"strings"
	"time"
)

// timeLayouts are the formats in responses and headers of the API. A time without a
// zone is UTC.
var timeLayouts = []string{
	time.RFC3339, // also parses fractions of any length.
	"2006-01-02T15:04:05",
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04Z07:00",
}

// Times outside these bounds are treated as malformed: seconds read as
// milliseconds fall into 1970, and RFC 3339 cannot represent years after 9999.
var (
	minTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	maxTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
)

// wireTimestamp is a timestamp in a response.
type wireTimestamp struct{ Timestamp }

// UnmarshalJSON decodes every format the API uses. It never fails: null becomes
// the zero value and anything unknown becomes Malformed.
func (t *wireTimestamp) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		t.Timestamp = Timestamp{}
	case b[0] == '"':
		var s text
		_ = s.UnmarshalJSON(b) // Never fails.
		t.Timestamp = parseTimestamp(s.value)
	default:
		t.Timestamp = epochMilliseconds(string(b))
	}
	return nil
}

// parseTimestamp parses a time, a date or milliseconds since 1970.
func parseTimestamp(s string) Timestamp {
	if strings.Trim(s, "0123456789") == "" {
		return epochMilliseconds(s)
	}
	if day, err := time.Parse(time.DateOnly, s); err == nil && plausible(day) {
		return Timestamp{At: day, DateOnly: true}
	}
	if at, ok := parseInstant(s); ok {
		return Timestamp{At: at}
	}
	return Timestamp{Malformed: true}
}

// parseInstant parses a time with a time of day.
func parseInstant(s string) (time.Time, bool) {
	for _, layout := range timeLayouts {
		if at, err := time.Parse(layout, s); err == nil {
			return at.UTC(), plausible(at)
		}
	}
	return time.Time{}, false
}

func epochMilliseconds(s string) Timestamp {
	ms, err := strconv.ParseInt(s, 10, 64)
	at := time.UnixMilli(ms).UTC()
	if err != nil || !plausible(at) {
		return Timestamp{Malformed: true}
	}
	return Timestamp{At: at}
}

func plausible(at time.Time) bool {
	return at.After(minTime) && at.Before(maxTime)
}

// Timestamp is a point in time reported by the API. The zero value means that the
// API reported none.
type Timestamp struct {
	// At is the time in UTC; for a date without a time the start of that day.
	At time.Time
	// DateOnly means that the API reported a date without a time.
	DateOnly bool
	// Malformed means that the API reported a value that could not be parsed. At
	// is zero then, and the time is unknown.
	Malformed bool
}

// IsZero reports whether the API reported no time.
func (t Timestamp) IsZero() bool { return t == Timestamp{} }

// Latest returns the latest time that the value can mean: the end of the day for
// a date without a time, so that rounding is always in the person's favour.
func (t Timestamp) Latest() time.Time {
	if t.DateOnly {
		return t.At.AddDate(0, 0, 1).Add(-time.Nanosecond)
	}
	return t.At
}
