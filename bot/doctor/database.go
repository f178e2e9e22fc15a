package doctor

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
	"inactivebot/storage/adminsocket"
)

// minFreeSpace is the free disk space, in bytes, below which a warning is shown.
const minFreeSpace = 256 << 20

func (d *Doctor) database() []Check {
	c, err := adminsocket.Inspect(d.Database)
	d.running, d.lastScan = c.PID, c.Unmatched
	return append([]Check{d.judgeDatabase(c, err)}, slices.Concat(d.setAside(), warningChecks(c.Warnings), d.unmatchedRules())...)
}

// setAside names the copies of a database whose file was replaced while the bot
// was running.
func (d *Doctor) setAside() (all []Check) {
	copies, _ := storage.SetAsideCopies(d.Database) // the error is about the pattern.
	for _, file := range copies {
		all = append(all, warning("replaced database", "The database file was replaced while the bot was running. Decisions up to then are in "+file+".",
			"to go back to it, stop the bot and put it in place of the database; otherwise move it away"))
	}
	return all
}

// warningChecks shows the warnings of the bot. The check of the channel shows why
// nothing can be posted.
func warningChecks(warnings []storage.Warning) (all []Check) {
	names := map[storage.WarningKind]string{storage.WarnOtherProgram: "other programs", storage.WarnNewerMessage: "newest message"}
	for _, w := range warnings {
		if name, ok := names[w.Kind]; ok {
			advice := blocks.AdviceFor(w.Kind)
			all = append(all, warning(name, advice.Problem, advice.Fix))
		}
	}
	return all
}

func (d *Doctor) judgeDatabase(c storage.Info, err error) Check {
	const name = "database"
	size, free := blocks.Bytes(uint64(c.Bytes)), blocks.Bytes(c.Free)
	switch {
	case err != nil:
		said, fix := databaseProblem(err)
		return failure(name, upper(said)+".", fix)
	case c.Free < minFreeSpace:
		return warning(name, fmt.Sprintf("%s has only %s left on its disk.", d.Database, free), fmt.Sprintf("free some space: at least %s", blocks.Bytes(minFreeSpace)))
	case !c.Exists || c.Bytes == 0:
		return good(name, "There is no database yet. The first start creates %s; %s of disk space is free.", d.Database, free)
	case c.PID != 0:
		return good(name, "%s is open in the running bot (process %d): schema %d, %s; %s of disk space is free.", d.Database, c.PID, c.Schema, size, free)
	case c.Schema < c.SupportedSchema:
		return good(name, "%s has schema %d. The next start backs it up and upgrades it to schema %d; %s of disk space is free.", d.Database, c.Schema, c.SupportedSchema, free)
	case c.IsBackup:
		return warning(name, d.Database+" is a backup that no bot has started with yet.", "start the bot to restore this backup: that ends open reports and batches, and no one can be suspended before a new scan")
	}
	return good(name, "%s is intact and can be written: schema %d, %s; %s of disk space is free.", d.Database, c.Schema, size, free)
}

// dailyBackups checks the directory of the daily backups, if one is set.
func (d *Doctor) dailyBackups() []Check {
	const name = "daily copies"
	dir := d.Settings.BackupDir
	if dir == "" {
		return nil
	}
	if err := storage.CheckWritable(dir); err != nil {
		return []Check{failure(name, "Daily backups cannot be written (INACTIVEBOT_BACKUP_DIR): "+err.Error()+".", "create the directory, and make it writable for the user that runs the bot")}
	}
	return []Check{good(name, "Daily backups go to %s; the last %d are kept.", dir, d.Settings.BackupKeep)}
}

// databaseProblem returns what is wrong with a database and what to do.
func databaseProblem(err error) (said, fix string) {
	if known, ok := errors.AsType[storage.Actionable](err); ok {
		return known.Problem(), known.Fix()
	}
	return err.Error(), "check that its directory exists and can be read, or set INACTIVEBOT_DATABASE to another file"
}

// upper returns a text with a capital first letter.
func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
