package texttest

import "regexp"

// codeValue matches stored codes, Go durations, and what fmt prints for a nil or a
// wrong argument. Slack's texts contain < and > escaped.
var codeValue = regexp.MustCompile(`[a-z]_[a-z]|\d+h\d+m|\d+m\d+s|(<|&lt;)nil(>|&gt;)|%!|map\[|EOF|context (deadline|canceled)`)

// notProse matches parts of a text in which an underscore is legitimate: mentions,
// dates and links, code, emoji, addresses and file names.
var notProse = regexp.MustCompile("<[@#!hm][^>]*>|`[^`]*`|:[a-z_]+:|\\S+@\\S+|\\S+\\.(csv|db|md)|https?://\\S+")

// CodeValue returns the first value of the code in a text, and an empty string if
// there is none.
func CodeValue(text string) string { return codeValue.FindString(text) }

// Prose returns a text without mentions, dates, links, code, emoji, addresses and
// file names.
func Prose(text string) string { return notProse.ReplaceAllString(text, "") }
