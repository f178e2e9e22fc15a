package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"inactivebot/storage"
	"inactivebot/storage/adminsocket"
)

type importCommand struct {
	Exclusions importExclusions `cmd:"" help:"Import a list of exclusions and rules. Only shows the changes unless --apply is given."`
}

type importExclusions struct {
	File  string `arg:"" help:"The list: CSV with a column who, or JSON from export." placeholder:"FILE"`
	Apply bool   `help:"Make the changes."`
}

// Run imports the list. If the bot is running, the bot imports it.
func (cmd importExclusions) Run(p *program) error {
	body, err := p.sources.ReadFile(cmd.File)
	if err != nil {
		return fmt.Errorf("read the list: %w", err)
	}
	list, err := readEntries(body)
	if err != nil {
		return err
	}
	path, err := databaseThere(p)
	if err != nil {
		return err
	}
	done, err := adminsocket.Import(path, list, cmd.Apply, time.Now().UTC())
	if err != nil {
		return err
	}
	return cmd.printResults(p.stdout, done)
}

// outcomes maps the outcomes of an import to texts.
var outcomes = map[string]string{
	storage.ImportAdded:   "is excluded",
	storage.ImportChanged: "is updated with this reason and end date",
	storage.ImportAlready: "is already excluded",
	storage.ImportExpired: "is skipped: its end date has passed",
	storage.ImportUnknown: "is skipped: no scan has found exactly one person with this email. Use the account id",
}

func (cmd importExclusions) printResults(w io.Writer, done []storage.ImportResult) error {
	n, err := 0, error(nil)
	for _, d := range done {
		_, failed := fmt.Fprintf(w, "%s %s\n", d.Who, outcomes[d.Outcome])
		err = errors.Join(err, failed)
		if d.Outcome == storage.ImportAdded || d.Outcome == storage.ImportChanged {
			n++
		}
	}
	last := "%d of %d entries would be imported. Nothing was changed. Add --apply to import them.\n"
	if cmd.Apply {
		last = "%d of %d entries imported.\n"
	}
	_, failed := fmt.Fprintf(w, last, n, len(done))
	return errors.Join(err, failed)
}
