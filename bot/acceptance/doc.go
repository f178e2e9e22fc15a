// Package acceptance has only tests: the whole bot against the simulated
// organisation and the simulated workspace, in virtual time. harness_test.go
// starts them; simulation_*_test.go are random histories of scans, presses,
// faults and changes, judged by the truth of the simulated organisation.
package acceptance
