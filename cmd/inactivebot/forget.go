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

// Run forgets what is known of a person beside the account id, through the bot
// where one runs.
func (cmd forgetCommand) Run(p *program) error {
	path, err := databaseThere(p)
	if err != nil {
		return err
	}
	err = adminsocket.Forget(path, cmd.Account, time.Now().UTC())
	if errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("nothing is known of %s: type the account id as at admin.atlassian.com → Directory → Users", cmd.Account)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "Name, email and free texts about %s are deleted, and reports that name the person are drawn anew; the lists (CSV) that hold the name are deleted in Slack. "+
		"The account id stays where decisions refer to it. A scan that meets the person again learns the name again.\n", cmd.Account)
	return err
}
