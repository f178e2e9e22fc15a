package blocks

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// MaxTrend is the number of reports in the trend. Slack allows 20 points on an axis.
const MaxTrend = 20

// Charts has the data of the charts in a report's thread.
type Charts struct {
	Scan   storage.Scan
	People []storage.Candidate // the people listed in the report.
	Past   []storage.Report    // the reports up to this one, oldest first.
}

// dataPoint is one dataPoint or point of a chart.
type dataPoint struct {
	label string
	n     int
}

// Message renders the charts. Its text has the same data for clients that cannot show
// charts, see
// https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block.
func (p Charts) Message() Message {
	months, trend := p.countByMonths(), p.trend()
	m := Message{
		Text:   joinSentences(p.monthsText(months), trendText(trend)),
		Blocks: []slack.Block{chart("Months without activity", "months", months, barChart)},
	}
	if len(trend) > 1 {
		m.Blocks = append(m.Blocks, chart("People listed per report", "report", trend, lineChart))
	}
	return m
}

// monthBounds are the upper ends of the ranges of months. The last range has none.
var monthBounds = []int{9, 12, 18, 24, 36}

// countByMonths counts people by months since they used the product.
func (p Charts) countByMonths() []dataPoint {
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

func (p Charts) monthsText(months []dataPoint) string {
	var parts []string
	for _, m := range months {
		if m.n > 0 {
			parts = append(parts, fmt.Sprintf("%s for %s months", number(m.n), m.label))
		}
	}
	return fmt.Sprintf("%s by time without %s activity: %s.", People(len(p.People)), Product(p.Scan.Product), strings.Join(parts, ", "))
}

// trend returns the number of people in each of the last reports.
func (p Charts) trend() (out []dataPoint) {
	for _, r := range p.Past[max(0, len(p.Past)-MaxTrend):] {
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
