package blocks

import "fmt"

// Bytes returns a number of bytes, rounded, with its unit.
func Bytes(n uint64) string {
	const kilo = 1000
	units := []string{"bytes", "kB", "MB", "GB", "TB"}
	i, f := 0, float64(n)
	for f >= kilo && i < len(units)-1 {
		i, f = i+1, f/kilo
	}
	if i == 0 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}
