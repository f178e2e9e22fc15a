package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"inactivebot/storage"
)

type importCommand struct {
	Exclusions importExclusions `cmd:"" help:"Take over a list of exclusions and rules; shows what it would do, and does it with --apply."`
}

type importExclusions struct {
	File  string `arg:"" help:"The list: CSV with a column who, or JSON as export prints it." placeholder:"FILE"`
	Apply bool   `help:"Do it. Without it nothing is changed."`
}

// Run imports the list, through the bot where one runs.
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
	done, err := storage.ImportInto(path, list, cmd.Apply, time.Now().UTC())
	if err != nil {
		return err
	}
	return cmd.tell(p.stdout, done)
}

// outcomes are those of an import as a person reads them.
var outcomes = map[string]string{
	storage.ImportAdded:   "is excluded",
	storage.ImportChanged: "gets this reason and end",
	storage.ImportAlready: "is excluded already",
	storage.ImportOver:    "is left out: its end has passed",
	storage.ImportUnknown: "is left out: no scan has seen exactly one person with this email; name the account id",
}

func (cmd importExclusions) tell(w io.Writer, done []storage.Imported) error {
	n, err := 0, error(nil)
	for _, d := range done {
		_, failed := fmt.Fprintf(w, "%s %s\n", d.Who, outcomes[d.Outcome])
		err = errors.Join(err, failed)
		if d.Outcome == storage.ImportAdded || d.Outcome == storage.ImportChanged {
			n++
		}
	}
	last := "%d of %d entries would be taken over. Nothing is changed: add --apply to do it.\n"
	if cmd.Apply {
		last = "%d of %d entries are taken over.\n"
	}
	_, failed := fmt.Fprintf(w, last, n, len(done))
	return errors.Join(err, failed)
}
