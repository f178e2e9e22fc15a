package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"inactivebot/storage"
)

type backupCommand struct {
	File  string `arg:"" help:"Where the copy goes." placeholder:"FILE"`
	Force bool   `help:"Overwrite the file where there is one."`
}

// Run makes a copy of the database, also while the bot runs.
func (cmd backupCommand) Run(p *program) (err error) {
	store, err := openDatabase(p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if same(cmd.File, store.Path()) {
		return errors.New("the copy cannot have the database's own name: name another file")
	}
	err = store.SaveCopy(cmd.File, cmd.Force, time.Now().UTC())
	if _, exists := errors.AsType[storage.ErrExists](err); exists {
		return fmt.Errorf("%w. Name another file, or add --force", err)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "The copy %s is whole. To go back to it, stop the bot and put it in the place of the database.\n", cmd.File)
	return err
}

// same reports whether two paths are of one file.
func same(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}
