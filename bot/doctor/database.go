package doctor

import (
	"errors"
	"fmt"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
	"inactivebot/storage/adminsocket"
)

// littleSpace is how many bytes of free space are too few to work with.
const littleSpace = 256 << 20

func (d *Doctor) database() []Check {
	c, err := adminsocket.Inspect(d.Database)
	d.running = c.PID
	return []Check{d.judgeDatabase(c, err)}
}

func (d *Doctor) judgeDatabase(c storage.Condition, err error) Check {
	const name = "database"
	switch {
	case err != nil:
		said, fix := databaseWrong(err)
		return failure(name, upper(said)+".", fix)
	case c.Free < littleSpace:
		return warning(name, fmt.Sprintf("%s has %s left on its disk.", d.Database, blocks.Bytes(c.Free)), fmt.Sprintf("free some space, at least %s", blocks.Bytes(littleSpace)))
	case !c.Exists || c.Bytes == 0:
		return good(name, "There is no database yet; %s will be made at the first start. %s are free.", d.Database, blocks.Bytes(c.Free))
	case c.PID != 0:
		return good(name, "%s is open in the running bot (process %d): schema %d, %s; %s are free.", d.Database, c.PID, c.Have, blocks.Bytes(uint64(c.Bytes)), blocks.Bytes(c.Free))
	case c.Have < c.Know:
		return good(name, "%s has schema %d; the next start copies it and brings it to schema %d. %s are free.", d.Database, c.Have, c.Know, blocks.Bytes(c.Free))
	case c.Copied:
		return warning(name, d.Database+" is a copy that no bot was started on yet.", "start the bot if that is what you want: open reports and batches end, and nobody can be suspended before a new scan")
	}
	return good(name, "%s can be written, is whole, and has schema %d, %s; %s are free.", d.Database, c.Have, blocks.Bytes(uint64(c.Bytes)), blocks.Bytes(c.Free))
}

// dailyCopies looks at where the daily copies go; nothing without a place for them.
func (d *Doctor) dailyCopies() []Check {
	const name = "daily copies"
	dir := d.Settings.BackupDir
	if dir == "" {
		return nil
	}
	if err := storage.MayWrite(dir); err != nil {
		return []Check{failure(name, "No daily copy can be made (INACTIVEBOT_BACKUP_DIR): "+err.Error()+".", "make the directory, and give it to the user that runs the bot")}
	}
	return []Check{good(name, "They go to %s; the last %d are kept.", dir, d.Settings.BackupKeep)}
}

// databaseWrong is what is wrong with a database, and what to do about it.
func databaseWrong(err error) (said, fix string) {
	if known, ok := errors.AsType[storage.Actionable](err); ok {
		return known.Problem(), known.Fix()
	}
	return err.Error(), "check that its directory exists and can be read, or set INACTIVEBOT_DATABASE to another file"
}
