package blocks

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"inactivebot/storage"
)

// columns is the header row.
var columns = []string{
	"account_id", "name", "email", "lane", "reason", "last_active", "days_inactive",
	"other_apps_last_active", "added_to_org", "managed_by",
}

// CSVWriter writes people as CSV for a spreadsheet program, one a row.
type CSVWriter struct {
	w   *csv.Writer
	now time.Time
}

// NewCSVWriter writes the header row. Days of inactivity count up to now.
func NewCSVWriter(w io.Writer, now time.Time) (*CSVWriter, error) {
	s := &CSVWriter{csv.NewWriter(w), now}
	return s, s.w.Write(columns)
}

// Add writes one person.
func (s *CSVWriter) Add(r storage.Row, p storage.Person) error {
	inactive := ""
	if !r.LastActive.IsZero() {
		inactive = strconv.Itoa(max(0, int(s.now.Sub(r.LastActive)/(24*time.Hour))))
	}
	cells := []string{
		r.AccountID, p.Name, p.Email, r.Lane, r.Reason, moment(r.LastActive), inactive,
		moment(r.OtherActive), moment(r.AddedToOrg), r.ManagedBy,
	}
	for i, c := range cells {
		cells[i] = EscapeFormula(c)
	}
	return s.w.Write(cells)
}

// Close writes buffered data and returns the first error.
func (s *CSVWriter) Close() error {
	s.w.Flush()
	return s.w.Error()
}

// EscapeFormula returns a cell that a spreadsheet program does not run as a formula.
func EscapeFormula(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// moment returns a time in RFC 3339, empty for no time.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
