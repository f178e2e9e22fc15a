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

// maxFailedReads is how many people may fail to be read alone before the others
// wait for the next pass. Each failure can take a minute of retries.
const maxFailedReads = 3

// sighting is what the API says about a person. The zero user means that no call
// knows the person or, if it was not read, that reading the person alone failed.
type sighting struct {
	atlassian.User
	read bool
}

// readMany reads the people of the steps, with one search for each directory. A
// person whom the search does not list is read alone: it may not list suspended
// people. People for whom no call was made, because a search failed or too many
// people could not be read, are left out; an error says why.
func (e *Executor) readMany(ctx context.Context, all []storage.Step) (map[string]sighting, error) {
	ctx = atlassian.Urgent(ctx)
	byDirectory := map[string][]string{}
	for _, st := range all {
		directory, err := e.directoryOf(st)
		if err != nil {
			return nil, err
		}
		byDirectory[directory] = append(byDirectory[directory], st.AccountID)
	}
	seen := map[string]sighting{}
	var failures []error
	e.state.reads++
	for directory, accounts := range byDirectory {
		failures = append(failures, e.readDirectory(ctx, directory, accounts, seen))
	}
	return seen, errors.Join(failures...)
}

// readDirectory adds the people of one directory to seen.
func (e *Executor) readDirectory(ctx context.Context, directory string, accounts []string, seen map[string]sighting) error {
	for u, err := range e.client.Users(ctx, directory, atlassian.Query{AccountIDs: accounts, Plain: true}) {
		if err != nil {
			return fmt.Errorf("read back: %w", err)
		}
		seen[u.AccountID] = sighting{u, true}
	}
	var failures []error
	for i := range accounts {
		account := accounts[(i+e.state.reads)%len(accounts)] // another one is first in each pass.
		if seen[account].read {
			continue
		}
		u, err := e.client.User(ctx, directory, account)
		answered := err == nil || atlassian.KindOf(err) == atlassian.KindNotFound
		if seen[account] = (sighting{u, answered}); answered {
			continue
		}
		if failures = append(failures, fmt.Errorf("read back: %w", err)); len(failures) == maxFailedReads {
			break
		}
	}
	return errors.Join(failures...)
}

func isSuspended(u atlassian.User) bool { return u.Status == "suspended" }

// scanOf returns the scan of a report.
func (e *Executor) scanOf(report uint64) (storage.Scan, error) {
	r, err := e.store.Report(report)
	if err != nil {
		return storage.Scan{}, err
	}
	return e.store.Scan(r.ScanID)
}

// directoryOf returns the directory of a step's scan. The settings may name
// another one by now.
func (e *Executor) directoryOf(st storage.Step) (string, error) {
	sc, err := e.scanOf(st.ReportID)
	return sc.DirectoryID, err
}
