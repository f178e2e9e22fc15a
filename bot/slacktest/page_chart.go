package slacktest

import (
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
)

// The size of a chart in SVG units; the page scales it.
const (
	chartWidth, chartHeight               = 560.0, 260.0
	plotLeft, plotTop, plotRight, plotEnd = 52.0, 12.0, 548.0, 208.0
)

// drawing builds a chart as SVG. Colours are classes, because the page's policy forbids inline styles.
type drawing struct{ strings.Builder }

func (d *drawing) add(format string, args ...any) { fmt.Fprintf(d, format, args...) }

// chartSeries is one series of a chart.
type chartSeries struct {
	name   string
	values []float64 // In the order of the categories.
}

// drawChart returns the chart of a data_visualization block as SVG with a legend. The page adds a table with the data
// for screen readers.
func drawChart(title string, chart any) template.HTML {
	c, _ := chart.(object)
	d := &drawing{}
	kind := str(c, "type")
	d.add(`<svg class="%s" viewBox="0 0 %g %g" role="img" aria-label="%s">`, kind, chartWidth, chartHeight,
		html.EscapeString(fmt.Sprintf("%s chart: %s", kind, title)))
	var names []string
	if kind == "pie" {
		names = d.pie(children(c, "segments"))
	} else {
		lines := seriesOf(c)
		d.plot(kind, stringsIn(child(c, "axis_config")["categories"]), lines)
		for _, l := range lines {
			names = append(names, l.name)
		}
		d.axisLabels(child(c, "axis_config"))
	}
	d.add(`</svg><ul class="legend">`)
	for i, name := range names {
		d.add(`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="c%d" width="10" height="10" rx="2"/></svg>%s</li>`, i, html.EscapeString(name))
	}
	d.add(`</ul>`)
	return template.HTML(d.String())
}

// pie draws the segments clockwise from the top and returns the texts for the legend.
func (d *drawing) pie(segments []object) []string {
	const x, y, radius = chartWidth / 2, chartHeight / 2, chartHeight/2 - 10
	total := 0.0
	for _, s := range segments {
		total += floatValue(s["value"])
	}
	var names []string
	from := 0.0
	for i, s := range segments {
		share := floatValue(s["value"]) / total
		to := from + share*2*math.Pi
		if share > 0.9999 {
			d.add(`<circle class="c%d" cx="%g" cy="%g" r="%g"/>`, i, x, y, radius)
		} else {
			large := 0
			if share > 0.5 {
				large = 1
			}
			d.add(`<path class="c%d" d="M%g %gL%.2f %.2fA%g %g 0 %d 1 %.2f %.2fZ"/>`, i, x, y,
				x+radius*math.Sin(from), y-radius*math.Cos(from), radius, radius, large, x+radius*math.Sin(to), y-radius*math.Cos(to))
		}
		names = append(names, fmt.Sprintf("%s: %v (%.0f %%)", str(s, "label"), s["value"], share*100))
		from = to
	}
	return names
}

// seriesOf returns the series with their values in the order of the categories.
func seriesOf(c object) []chartSeries {
	var lines []chartSeries
	for _, series := range children(c, "series") {
		byLabel := map[string]float64{}
		for _, point := range children(series, "data") {
			byLabel[str(point, "label")] = floatValue(point["value"])
		}
		l := chartSeries{name: str(series, "name")}
		for _, category := range stringsIn(child(c, "axis_config")["categories"]) {
			l.values = append(l.values, byLabel[category])
		}
		lines = append(lines, l)
	}
	return lines
}

// plot draws the grid, the categories and the series of a bar, line or area chart.
func (d *drawing) plot(kind string, categories []string, lines []chartSeries) {
	low, high, step := axisRange(lines)
	y := func(value float64) float64 { return plotEnd - (value-low)/(high-low)*(plotEnd-plotTop) }
	for tick := low; tick <= high+step/2; tick += step {
		d.add(`<path class="gridline" d="M%g %.1fH%g"/><text class="tick" x="%g" y="%.1f">%s</text>`,
			plotLeft, y(tick), plotRight, plotLeft-6, y(tick)+4, html.EscapeString(axisNumber(tick)))
	}
	band := (plotRight - plotLeft) / float64(max(1, len(categories)))
	every := (len(categories) + 6) / 7 // At most seven labels fit.
	for i, name := range categories {
		if i%every == 0 {
			d.add(`<text class="category" x="%.1f" y="%g">%s</text>`, plotLeft+band*(float64(i)+0.5), plotEnd+16, html.EscapeString(truncateLabel(name)))
		}
	}
	for i, l := range lines {
		if kind == "bar" {
			d.bars(i, len(lines), l, band, y)
		} else {
			d.curve(i, kind == "area", l, band, y)
		}
	}
}

func (d *drawing) bars(i, n int, l chartSeries, band float64, y func(float64) float64) {
	width := band * 0.7 / float64(n)
	for k, value := range l.values {
		x := plotLeft + band*(float64(k)+0.15) + width*float64(i)
		top, bottom := min(y(value), y(0)), max(y(value), y(0))
		d.add(`<rect class="c%d" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, i, x, top, width, bottom-top)
	}
}

func (d *drawing) curve(i int, filled bool, l chartSeries, band float64, y func(float64) float64) {
	var points []string
	x := func(k int) float64 { return plotLeft + band*(float64(k)+0.5) }
	for k, value := range l.values {
		points = append(points, fmt.Sprintf("%.1f %.1f", x(k), y(value)))
	}
	if filled {
		d.add(`<path class="c%d below" d="M%.1f %.1fL%sL%.1f %.1fZ"/>`, i, x(0), y(0), strings.Join(points, "L"), x(len(points)-1), y(0))
	}
	d.add(`<path class="c%d stroke" d="M%s"/>`, i, strings.Join(points, "L"))
	for _, point := range points {
		cx, cy, _ := strings.Cut(point, " ")
		d.add(`<circle class="c%d" cx="%s" cy="%s" r="3"/>`, i, cx, cy)
	}
}

func (d *drawing) axisLabels(config object) {
	d.add(`<text class="category" x="%g" y="%g">%s</text>`, (plotLeft+plotRight)/2, chartHeight-14, html.EscapeString(str(config, "x_label")))
	d.add(`<text class="category" transform="translate(12 %g) rotate(-90)">%s</text>`, (plotTop+plotEnd)/2, html.EscapeString(str(config, "y_label")))
}

// axisRange returns a range that contains zero and all values, and the distance between grid lines.
func axisRange(lines []chartSeries) (low, high, step float64) {
	for _, l := range lines {
		for _, value := range l.values {
			low, high = min(low, value), max(high, value)
		}
	}
	if low == high {
		high = 1
	}
	step = math.Pow(10, math.Floor(math.Log10((high-low)/4)))
	for _, times := range []float64{1, 2, 5, 10} {
		if (high-low)/(step*times) <= 5 {
			step *= times
			break
		}
	}
	return math.Floor(low/step) * step, math.Ceil(high/step) * step, step
}

func floatValue(value any) float64 {
	n, _ := value.(json.Number)
	f, _ := n.Float64()
	return f
}

// axisNumber formats a number on an axis.
func axisNumber(n float64) string {
	switch {
	case math.Abs(n) >= 1e6:
		return fmt.Sprintf("%gM", math.Round(n/1e5)/10)
	case math.Abs(n) >= 1e4:
		return fmt.Sprintf("%gk", math.Round(n/100)/10)
	}
	return fmt.Sprintf("%g", math.Round(n*1000)/1000)
}

// truncateLabel shortens a category's name to fit under the axis.
func truncateLabel(name string) string {
	if r := []rune(name); len(r) > 12 {
		return string(r[:11]) + "…"
	}
	return name
}
