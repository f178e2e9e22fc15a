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

// maxScreenshot is the maximum size of a screenshot for README in bytes.
const maxScreenshot = 300_000

// screenshot saves a screenshot of the tab if -screenshots is set. It first moves the
// mouse away and scrolls the newest report and the panel to the top.
func (v *visitor) screenshot(name string) {
	v.Helper()
	if *screenshots == "" {
		return
	}
	v.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 0, 0))
	_, err := chromedp.Run(v.tab, chromedp.Evaluate[chromedp.Void](`new Promise(resolve => {
		document.activeElement.blur();
		document.querySelector('#sidebar').scrollTo({top: 0, behavior: 'instant'});
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
	small, err := reduceColours(picture)
	if err != nil {
		v.Fatal(err)
	}
	if len(small) > maxScreenshot {
		v.Errorf("the screenshot %s has %d bytes, want at most %d", name, len(small), maxScreenshot)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), small, 0o600); err != nil {
		v.Error(err)
	}
}

// reduceColours reduces a screenshot to its 256 most frequent colours. It looks the
// same at a quarter of the size, because a page has few colours and shades
// between them.
func reduceColours(picture []byte) ([]byte, error) {
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
