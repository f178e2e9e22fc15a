package atlassian

import (
	"strconv"
	"strings"
	"time"
)

// timeLayouts are the shapes in which the API and its headers have been seen to give
// an instant. All are UTC where they do not say otherwise.
var timeLayouts = []string{
	time.RFC3339, // also with fractions of any length.
	"2006-01-02T15:04:05",
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04Z07:00",
}

// Instants outside these are misreadings: seconds taken for milliseconds fall
// into 1970, and years of five digits cannot be stored as RFC 3339.
var (
	minTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	maxTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
)

// wireTimestamp is a timestamp in an answer.
type wireTimestamp struct{ Timestamp }

// UnmarshalJSON reads every shape the API uses and never fails: what cannot be
// read is Malformed, null is the zero value.
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

// parseTimestamp reads the text of a timestamp.
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

// parseInstant reads an instant that has a time of day.
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

// Timestamp is a moment as the API reports it. Its zero value means that the
// API reported none.
type Timestamp struct {
	// At is the moment in UTC; for a date-only value the start of that day.
	At time.Time
	// DateOnly tells that the API gave a day and no time.
	DateOnly bool
	// Malformed tells that there was a value and it could not be read; At is
	// zero then. Such a moment is unknown, never absent.
	Malformed bool
}

// IsZero reports whether the API reported no moment at all.
func (t Timestamp) IsZero() bool { return t == Timestamp{} }

// Latest is the last moment the value can mean: the end of the day for a
// date-only value, so that rounding is always in the person's favour.
func (t Timestamp) Latest() time.Time {
	if t.DateOnly {
		return t.At.AddDate(0, 0, 1).Add(-time.Nanosecond)
	}
	return t.At
}
