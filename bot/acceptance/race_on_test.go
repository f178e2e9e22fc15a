//go:build race

package acceptance_test

// raceDetector says that the tests run under the race detector, many times slower.
const raceDetector = true
