package blocks

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// Trend is how many reports the trend shows: all that a chart's axis takes.
const Trend = 20

// Picture is what a report looks like from afar.
type Picture struct {
	Scan   storage.Scan
	People []storage.Candidate // everybody the report lists.
	Past   []storage.Report    // the reports up to this one, oldest first.
}

// dataPoint is one dataPoint or point of a chart.
type dataPoint struct {
	label string
	n     int
}

// Message draws the picture, and says the same in the sentence that stands in
// its place where a chart cannot be shown,
// see https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block.
func (p Picture) Message() Message {
	months, trend := p.countByMonths(), p.trend()
	m := Message{
		Text:   joinSentences(p.monthsText(months), trendText(trend)),
		Blocks: []slack.Block{chart("Months without use", "months", months, barChart)},
	}
	if len(trend) > 1 {
		m.Blocks = append(m.Blocks, chart("People listed, report by report", "report", trend, lineChart))
	}
	return m
}

// monthBounds are the ends of the ranges of months, but the last, which has none.
var monthBounds = []int{9, 12, 18, 24, 36}

// countByMonths counts people by how long they have not used the product.
func (p Picture) countByMonths() []dataPoint {
	const month = 30 * 24 * time.Hour
	from := p.Scan.InactiveDays / 30
	var out []dataPoint
	for _, to := range monthBounds {
		if to > from {
			out, from = append(out, dataPoint{label: fmt.Sprintf("%d–%d", from, to)}), to
		}
	}
	out = append(out, dataPoint{label: fmt.Sprintf("over %d", from)})
	first := len(monthBounds) + 1 - len(out)
	for i := range p.People {
		at := 0
		for at < len(out)-1 && p.Scan.StartedAt.Sub(p.People[i].Row.LastActive) >= time.Duration(monthBounds[first+at])*month {
			at++
		}
		out[at].n++
	}
	return out
}

func (p Picture) monthsText(months []dataPoint) string {
	var parts []string
	for _, m := range months {
		if m.n > 0 {
			parts = append(parts, fmt.Sprintf("%s for %s months", number(m.n), m.label))
		}
	}
	return fmt.Sprintf("Of %s, without using %s: %s.", People(len(p.People)), Product(p.Scan.Product), strings.Join(parts, ", "))
}

// trend is how many people the last reports listed.
func (p Picture) trend() (out []dataPoint) {
	for _, r := range p.Past[max(0, len(p.Past)-Trend):] {
		out = append(out, dataPoint{fmt.Sprintf("%d · %s", r.ID, r.CreatedAt.UTC().Format("2 Jan")), r.Candidates})
	}
	return out
}

func trendText(trend []dataPoint) string {
	if len(trend) < 2 {
		return ""
	}
	var all []string
	for _, t := range trend {
		all = append(all, number(t.n))
	}
	return fmt.Sprintf("The last %d reports listed %s.", len(trend), strings.Join(all, ", "))
}

func barChart(axis slack.DataVisualizationAxisConfig, s slack.DataVisualizationDataSeries) slack.DataVisualizationChart {
	return slack.NewDataVisualizationBarChart(axis, s)
}

func lineChart(axis slack.DataVisualizationAxisConfig, s slack.DataVisualizationDataSeries) slack.DataVisualizationChart {
	return slack.NewDataVisualizationLineChart(axis, s)
}

func chart(title, across string, values []dataPoint, draw func(slack.DataVisualizationAxisConfig, slack.DataVisualizationDataSeries) slack.DataVisualizationChart) slack.Block {
	var labels []string
	var points []slack.DataVisualizationDataPoint
	for _, v := range values {
		labels = append(labels, v.label)
		points = append(points, slack.NewDataVisualizationDataPoint(v.label, float64(v.n)))
	}
	axis := slack.NewDataVisualizationAxisConfig(labels...).WithXLabel(across).WithYLabel("people")
	return slack.NewDataVisualizationBlock(title, draw(axis, slack.NewDataVisualizationDataSeries("people", points...)))
}
