package executor

import (
	"context"
	"errors"
	"fmt"

	"inactivebot/atlassian"
	"inactivebot/storage"
)

// readBackLimit is the largest number of people that are read back at once.
const readBackLimit = 100

// readMany reads the people of the steps, with one search for each directory. A
// person whom the search does not list is read alone: it may not list suspended
// people. It returns the people by account, without those who could not be found.
func (e *Executor) readMany(ctx context.Context, all []storage.Step) (map[string]atlassian.User, error) {
	ctx = atlassian.Urgent(ctx)
	byDirectory := map[string][]string{}
	for _, st := range all {
		directory, err := e.directoryOf(st)
		if err != nil {
			return nil, err
		}
		byDirectory[directory] = append(byDirectory[directory], st.AccountID)
	}
	users := map[string]atlassian.User{}
	for directory, accounts := range byDirectory {
		for u, err := range e.client.Users(ctx, directory, atlassian.Query{AccountIDs: accounts, Plain: true}) {
			if err != nil {
				return nil, fmt.Errorf("read back: %w", err)
			}
			users[u.AccountID] = u
		}
		for _, account := range accounts {
			if _, ok := users[account]; ok {
				continue
			}
			u, err := e.client.User(ctx, directory, account)
			if err != nil && !isAboutPerson(err) {
				return nil, fmt.Errorf("read back: %w", err)
			}
			if err == nil {
				users[account] = u
			}
		}
	}
	return users, nil
}

// isAboutPerson reports whether the refusal of a call about one person is about
// that person, and not about the API key.
func isAboutPerson(err error) bool {
	e, ok := errors.AsType[*atlassian.Error](err)
	if !ok || e.Route != "GET user" && e.Route != "GET last-active-dates" {
		return false
	}
	switch e.Kind {
	case atlassian.KindForbidden, atlassian.KindNotFound, atlassian.KindConflict:
		return true
	}
	return false
}

func isSuspended(u atlassian.User) bool { return u.Status == "suspended" }

// directoryOf returns the directory of a step's scan. The settings may name
// another one by now.
func (e *Executor) directoryOf(st storage.Step) (string, error) {
	sc, err := e.scanOf(st.ReportID)
	return sc.DirectoryID, err
}
