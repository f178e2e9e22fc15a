package main

import (
	"io"
	"os"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// progress shows the number of people on a terminal. If the output is no terminal,
// it does nothing.
type progress struct {
	all *mpb.Progress
	bar *mpb.Bar
}

func newProgress(w io.Writer) *progress {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return &progress{}
	}
	all := mpb.New(mpb.WithOutput(file))
	bar := all.New(0, mpb.SpinnerStyle(), mpb.PrependDecorators(decor.Name("Processing users "), decor.CurrentNoUnit("%d")), mpb.BarRemoveOnComplete())
	return &progress{all, bar}
}

func (p *progress) add() {
	if p.bar != nil {
		p.bar.Increment()
	}
}

// stop removes the bar. It may be called more than once.
func (p *progress) stop() {
	if p.bar == nil {
		return
	}
	p.bar.SetTotal(-1, true)
	p.all.Wait()
	p.bar = nil
}
