package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"inactivebot/storage"
)

type backupCommand struct {
	File  string `arg:"" help:"Path of the backup." placeholder:"FILE"`
	Force bool   `help:"Overwrite an existing file."`
}

// Run writes a backup of the database. It works while the bot is running.
func (cmd backupCommand) Run(p *program) (err error) {
	store, err := openDatabase(p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if same(cmd.File, store.Path()) {
		return errors.New("the backup cannot replace the database itself. Choose another file")
	}
	err = store.Backup(cmd.File, cmd.Force, time.Now().UTC())
	if _, exists := errors.AsType[storage.ErrExists](err); exists {
		return fmt.Errorf("%w. Choose another file, or add --force", err)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "Backup written and verified: %s. To restore it, stop the bot and replace the database file.\n", cmd.File)
	return err
}

// same reports whether two paths name the same file.
func same(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}
