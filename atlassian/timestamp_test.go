package atlassian

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTimestamps(t *testing.T) {
	day := Timestamp{At: time.Date(2023, 1, 19, 0, 0, 0, 0, time.UTC), DateOnly: true}
	bad := Timestamp{Malformed: true}
	tests := []struct {
		name, json string
		want       Timestamp
	}{
		{"Z", `"2026-05-04T10:11:12Z"`, at("2026-05-04T10:11:12Z")},
		{"offset", `"2026-05-04T12:11:12+02:00"`, at("2026-05-04T10:11:12Z")},
		{"offset without a colon", `"2026-05-04T12:11:12.5+0200"`, at("2026-05-04T10:11:12.5Z")},
		{"nanoseconds", `"2023-08-01T15:19:32.354230769Z"`, at("2023-08-01T15:19:32.354230769Z")},
		{"no zone", `"2026-05-04T10:11:12.25"`, at("2026-05-04T10:11:12.25Z")},
		{"escaped", `"2026-05-04T10\u003a11:12Z"`, at("2026-05-04T10:11:12Z")},
		{"date only", `"2023-01-19"`, day},
		{"milliseconds", `1683195072000`, at("2023-05-04T10:11:12Z")},
		{"milliseconds as text", `"1683195072000"`, at("2023-05-04T10:11:12Z")},
		{"null", `null`, Timestamp{}},
		{"empty", `""`, bad},
		{"seconds", `1683195072`, bad},
		{"zero", `0`, bad},
		{"the year one", `"0001-01-01T00:00:00Z"`, bad},
		{"beyond the year 9999", `"9999-12-31T23:59:59-23:00"`, bad},
		{"a fraction", `1683195072000.5`, bad},
		{"too many digits", `99999999999999999999`, bad},
		{"words", `"yesterday"`, bad},
		{"a 30th of February", `"2023-02-30"`, bad},
		{"an object", `{}`, bad},
		{"a boolean", `true`, bad},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got wireTimestamp
			if err := decode([]byte(tt.json), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got.Timestamp); diff != "" {
				t.Errorf("timestamp (-want +got):\n%s", diff)
			}
		})
	}
}

func at(s string) Timestamp {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return Timestamp{At: t}
}
