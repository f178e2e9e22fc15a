package main

import (
	"errors"
	"fmt"
	"time"

	"inactivebot/storage"
	"inactivebot/storage/adminsocket"
)

type forgetCommand struct {
	Account string `arg:"" help:"The person's Atlassian account id." placeholder:"ACCOUNT_ID"`
}

// Run deletes all data about a person except the account id. If the bot is running,
// the bot deletes it.
func (cmd forgetCommand) Run(p *program) error {
	path, err := databaseThere(p)
	if err != nil {
		return err
	}
	err = adminsocket.Forget(path, cmd.Account, time.Now().UTC())
	if errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("nothing is stored about %s. Copy the account id from admin.atlassian.com → Directory → Users", cmd.Account)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "Name, email and free texts about %s are deleted. Reports that name the person are redrawn, and CSV lists with the name are deleted in Slack. "+
		"The account id stays where decisions refer to it. If a later scan finds the person, it stores the name again.\n", cmd.Account)
	return err
}
