package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

type versionCommand struct{}

// Run prints the version and the commit of the sources, and the Go version the
// binary was built with.
func (versionCommand) Run(p *program) error {
	_, err := fmt.Fprintf(p.stdout, "inactivebot %s, %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// version is the version or the commit that the build recorded.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v += " commit " + s.Value
		}
	}
	return v
}
