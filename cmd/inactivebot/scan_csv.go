package main

import (
	"io"

	"inactivebot/bot/blocks"
	"inactivebot/bot/scan"
)

// csvPrinter prints all people for a spreadsheet program.
type csvPrinter struct {
	out   io.Writer
	sheet *blocks.CSVWriter
}

func (c *csvPrinter) begin(s scanned) (err error) {
	c.sheet, err = blocks.NewCSVWriter(c.out, s.now)
	return err
}

func (c *csvPrinter) person(j scan.Result) error { return c.sheet.Add(j.Row(), j.Person()) }

func (c *csvPrinter) end(scanned) error { return c.sheet.Close() }
