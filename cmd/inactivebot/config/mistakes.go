package config

import "strings"

// Mistakes is everything that is wrong with the configuration. The program
// prints it, one mistake a line, and exits with code 2.
type Mistakes []Mistake

// Mistake is one setting that is wrong or missing. It never holds the value:
// what is wrong may be a secret pasted into the wrong place.
type Mistake struct {
	Setting string // the variable's name, and its flag where that was used.
	Problem string // what is wrong: "is not set", "must be a whole number …".
	Where   string // where an admin finds or how they choose the value.
}

// Error lists the mistakes, one a line.
func (ms Mistakes) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// String is the mistake as a line for a person.
func (m Mistake) String() string {
	return m.Setting + " " + m.Problem + ". Its value: " + m.Where + "."
}
