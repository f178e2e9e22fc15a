// Package config reads the settings of the program from flags, environment
// variables and files, and checks them.
//
// Every setting is a row of the table in settings.go: its variable, its default,
// its limits, and where an admin finds the value. Flags, checks and the table in
// the README are made from it. [Load] reads all rows and reports all mistakes at
// once. parse.go and lists.go hold the parsers of single values and of lists.
package config
