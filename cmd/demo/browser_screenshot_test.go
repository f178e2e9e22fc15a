package main

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// maxPicture is how large a picture in README may be, in bytes.
const maxPicture = 300_000

// keep writes a picture of the tab into the folder for screenshots, if there is
// one: the mouse out of the way, and the newest report and the panel at their
// beginnings.
func (v *visitor) keep(name string) {
	v.Helper()
	if *screenshots == "" {
		return
	}
	v.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 0, 0))
	_, err := chromedp.Run(v.tab, chromedp.Evaluate[chromedp.Void](`new Promise(resolve => {
		document.activeElement.blur();
		document.querySelector('#beside').scrollTo({top: 0, behavior: 'instant'});
		document.querySelector('[data-action=suspend_all], [data-action=undo_batch]').closest('.message').scrollIntoView({block: 'start', behavior: 'instant'});
		requestAnimationFrame(() => requestAnimationFrame(resolve));
	})`, chromedp.EvalAwaitPromise))
	if err != nil {
		v.Fatal(err)
	}
	picture, err := chromedp.Run(v.tab, chromedp.CaptureScreenshot())
	if err != nil {
		v.Fatal(err)
	}
	small, err := shrunk(picture)
	if err != nil {
		v.Fatal(err)
	}
	if len(small) > maxPicture {
		v.Errorf("the picture %s has %d bytes, want at most %d", name, len(small), maxPicture)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), small, 0o600); err != nil {
		v.Error(err)
	}
}

// shrunk is a picture in its 256 most frequent colours, which is a quarter of
// the bytes and looks the same: most of a page is a few colours and the shades
// between them.
func shrunk(picture []byte) ([]byte, error) {
	drawn, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	area, count := drawn.Bounds(), map[color.Color]int{}
	for y := range area.Dy() {
		for x := range area.Dx() {
			count[drawn.At(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.Color) int { return cmp.Compare(count[b], count[a]) })
	few := image.NewPaletted(area, colours[:min(256, len(colours))])
	nearest := map[color.Color]uint8{}
	for c := range count {
		nearest[c] = uint8(few.Palette.Index(c))
	}
	for y := range area.Dy() {
		for x := range area.Dx() {
			few.SetColorIndex(x, y, nearest[drawn.At(x, y)])
		}
	}
	var small bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, few)
	return small.Bytes(), err
}
