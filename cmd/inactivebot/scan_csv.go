package main

import (
	"io"

	"inactivebot/bot"
)

// csvPrinter prints all people for a spreadsheet program.
type csvPrinter struct {
	out   io.Writer
	sheet *bot.Sheet
}

func (c *csvPrinter) begin(s scanned) (err error) {
	c.sheet, err = bot.NewSheet(c.out, s.now)
	return err
}

func (c *csvPrinter) person(j bot.Judged) error { return c.sheet.Add(j.Row(), j.Person()) }

func (c *csvPrinter) end(scanned) error { return c.sheet.Close() }
