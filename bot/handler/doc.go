// Package handler decides what a press, a submitted modal or a command does. It
// authorises the person, stores the decision in one transaction, and answers; it
// changes no account and posts no report.
//
// handler.go has the tables of all actions and the dispatch. press.go reads a
// press and the values of its button, binding.go refuses a press that does not
// belong to what is stored, respond.go answers the person, lookup.go
// finds the people that a command names, texts.go has the reasons for refusals.
// Every other file holds one kind of action.
package handler
