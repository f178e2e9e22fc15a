// Package command reads what people type after /inactive: words and quoted
// phrases, the people and rules that a command names, dates and reasons. It is
// pure: it reads no database and sends no request. Its errors are texts for the
// person who typed.
package command
