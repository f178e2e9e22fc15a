package config

import "strings"

// Mistakes are all errors in the configuration. The program prints one a line and
// exits with code 2.
type Mistakes []Mistake

// Mistake is one setting that is wrong or missing. It never contains the value,
// which may be a secret pasted into the wrong place.
type Mistake struct {
	Setting string // the variable's name, and its flag if it was used.
	Problem string // what is wrong: "is not set", "must be a whole number …".
	Where   string // where an admin finds the value, or how to choose it.
}

// Error lists the mistakes, one a line.
func (ms Mistakes) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// String returns the mistake as one line for people.
func (m Mistake) String() string {
	line := m.Setting + " " + m.Problem + "."
	if source := m.Source(); source != "" {
		line += " Its value: " + source + "."
	}
	return line
}

// yourChoice is the Where of a setting for which any value will do.
const yourChoice = "your choice"

// Source returns where an admin finds the value, empty where any value will do.
func (m Mistake) Source() string {
	if m.Where == yourChoice {
		return ""
	}
	return m.Where
}
